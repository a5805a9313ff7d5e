export function debianFiles(name: string, libraries?: RegExp): Promise<string | undefined>;
