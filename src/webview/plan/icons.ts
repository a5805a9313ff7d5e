// Font Awesome, which pev2 uses, adds a <style> to the page when it is loaded, and the content security policy forbids
// that. It looks for this object first; the styles come with our own style sheet.
Object.assign(globalThis, { FontAwesomeConfig: { autoAddCss: false } });
