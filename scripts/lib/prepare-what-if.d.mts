export function buildWhatIf(outFolder: string, options?: { minify?: boolean }): Promise<void>;
