import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export interface PageOptions {
  /** Where the page's files are: `dist/webview`. */
  readonly folder: vscode.Uri;
  /** Of its style sheet there, and of its script: `plan`. */
  readonly name: string;
  readonly title: string;
  /** Directives of the policy beyond scripts and styles: `img-src data:`. */
  readonly allowed?: readonly string[];
  /** HTML of a page that has no script. */
  readonly body?: string;
}

/** The document of a webview. No script without the nonce, no style from elsewhere, nothing from the net. */
export function webviewPage(webview: vscode.Webview, { folder, name, title, allowed = [], body }: PageOptions): string {
  const nonce = randomBytes(18).toString('base64');
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  const script = `<div id="planlight"></div>
<script type="module" nonce="${nonce}" src="${address(`${name}.js`)}"></script>`;
  const policy = [
    "default-src 'none'",
    ...(body === undefined ? [`script-src 'nonce-${nonce}'`] : []),
    `style-src ${webview.cspSource}`,
    ...allowed,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address(`${name}.css`)}">
<title>${title}</title>
</head>
<body>
${body ?? script}
</body>
</html>`;
}
