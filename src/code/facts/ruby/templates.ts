/** By the file's name alone; those outside of `views` hold no program. */
export function isRubyTemplate(path: string): boolean {
  return /\.(?:erb|jbuilder)$/i.test(path);
}

/** `app/views/posts/_post.html.erb` → 'posts/_post'; undefined for what is no template of Rails that is read. */
export function templateOf(uri: string): string | undefined {
  return /[/\\]views[/\\]([^.]+)\.(?:[^/\\]+\.)?(?:erb|jbuilder)$/i.exec(uri)?.[1]?.replaceAll('\\', '/');
}

/** `posts/_post` → 'post', the local that Rails passes to it; undefined for a template that is no partial. */
export function partialName(template: string): string | undefined {
  return /(?:^|\/)_([^/]+)$/.exec(template)?.[1];
}

/** 'post' and 'shared/post' as a template of the folder `posts` says them → 'posts/_post', 'shared/_post' */
export function partialCalled(name: string, folder: string): string {
  const cut = name.lastIndexOf('/');
  return cut < 0 ? `${folder}/_${name}` : `${name.slice(0, cut)}/_${name.slice(cut + 1)}`;
}

/** The Ruby between `<%` and `%>`, everything else as blanks, so that each character keeps its place. */
export function rubyOfErb(text: string): string {
  let ruby = '';
  let end = 0;
  for (const { 0: whole, 1: mark = '', 2: code = '', index } of text.matchAll(
    /<%(?!%)(==|[-=#])?([\s\S]*?)(?:-?%>|$)/g,
  )) {
    const from = index + 2 + mark.length;
    const isComment = mark === '#' || /^\s*#/.test(code);
    ruby += blank(text.slice(end, from)) + (isComment ? blank(code) : code);
    end = from + code.length;
    // Two pieces on one line are two statements.
    if (end < index + whole.length) {
      ruby += isComment ? ' ' : ';';
      end++;
    }
  }
  return ruby + blank(text.slice(end));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
