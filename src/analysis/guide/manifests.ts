import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ManifestFile, mayBeManifest } from '../../code/deployment/read-deployment';
import { cannotBeRead, filesBelow, type OnPassedOver } from '../../code/files-below';
import { sourceText } from '../../code/source-text';

/** Bytes; what is longer was not written by hand. */
const longest = 1_000_000;

/** The manifests, Compose files, files of configuration and their like at or below the folders. */
export async function manifestsBelow(
  folders: readonly string[],
  onPassedOver: OnPassedOver,
  signal: AbortSignal,
): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const folder of folders) {
    for await (const path of filesBelow(resolve(folder), mayBeManifest, onPassedOver)) {
      signal.throwIfAborted();
      try {
        const bytes = await readFile(path);
        if (bytes.length <= longest) files.push({ path, text: sourceText(bytes) });
      } catch (error) {
        onPassedOver(cannotBeRead(path, error));
      }
    }
  }
  return files;
}
