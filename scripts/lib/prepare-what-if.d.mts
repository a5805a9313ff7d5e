export function buildWhatIf(outFolder: string, options?: { minify?: boolean }): Promise<void>;
export function preparePglite(folder: string): Promise<void>;
