import type { Deployment } from './deployment';

export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

/** Whether a file may say something of how programs run; asked of every file's path before it is read. */
export function mayBeManifest(_path: string): boolean {
  return false;
}

/** Never throws: a file that cannot be read says nothing. */
export function readDeployment(_files: readonly ManifestFile[]): Deployment {
  return { programs: [], servers: [], poolers: [], maintenance: [], monitoring: [] };
}
