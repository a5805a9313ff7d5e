import { FileRoles } from '../../src/code/file-roles';

/** The roles of files that a test names as if they stood in a workspace's folder. */
export const wholePaths = new FileRoles([]);
