/** Bootstrap's light or dark set, as VS Code's class on the body says; the colours themselves come from VS Code. */
export function followTheme(): void {
  const apply = () => {
    const { classList } = document.body;
    const highContrast = classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
    const light = classList.contains('vscode-light') || classList.contains('vscode-high-contrast-light');
    document.documentElement.dataset.bsTheme = light ? 'light' : 'dark';
    document.documentElement.classList.toggle('high-contrast', highContrast);
  };
  apply();
  new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ['class'] });
}
