export function withSettings(readme: string, manifest: unknown): string;
