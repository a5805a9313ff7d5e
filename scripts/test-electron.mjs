import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from './build.mjs';
import { bundleEditorTests } from './lib/extension-host.mjs';
import { installProject } from './lib/install.mjs';
import { cacheFolder, outFolder, root, runAsProgram } from './lib/paths.mjs';
import { copyOfSample, startSampleDatabase, testAmounts } from './lib/sample.mjs';

/** The suite of test/editor in the desktop's VS Code, which is downloaded; on Linux without a screen: `xvfb-run npm run test:electron`. */
await runAsProgram(import.meta.url, async ([version = '1.100.3']) => {
  await installProject();
  const { downloadAndUnzipVSCode, runTests } = createRequire(join(root, 'package.json'))('@vscode/test-electron');
  const vscodeExecutablePath = await downloadAndUnzipVSCode({
    version,
    cachePath: join(cacheFolder, 'vscode-desktop'),
  }).catch((error) => {
    throw new Error(
      `The desktop's VS Code ${version} cannot be downloaded (${error.message}); "npm test" runs the same suite in VS Code's server.`,
    );
  });
  await build();
  const tests = await bundleEditorTests();
  const database = await startSampleDatabase(testAmounts, { keep: false });
  const folder = await copyOfSample();
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust', '--disable-gpu', '--no-sandbox'],
      extensionTestsEnv: {
        DATABASE_URL: database.url,
        PLANLIGHT_TEST_DATABASE_URL: database.url,
        PLANLIGHT_TEST_REPORT: join(outFolder, 'electron.json'),
      },
    });
  } finally {
    await database.stop();
    await rm(join(folder, '..'), { recursive: true, force: true });
  }
});
