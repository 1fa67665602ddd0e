/** What a host path comes to, or why it comes to nothing. */
export type ResolvedPath = { readonly path: string } | { readonly problem: string };

/** A host path made absolute, without `.` and `..`: relative to `dir`, or to the home folder after `~/`. */
export function resolvePath(dir: string, path: string, home: string | undefined): ResolvedPath {
  if (!path.startsWith('~')) return { path: normalize(path.startsWith('/') ? path : `${dir}/${path}`) };
  if (path !== '~' && !path.startsWith('~/')) return { problem: 'the home of another user is not known' };
  if (home?.startsWith('/') !== true) return { problem: 'HOME is not set, so ~ means nothing here' };
  return { path: normalize(`${home}/${path.slice(1)}`) };
}

/** An absolute path with its `.`, `..` and doubled or last slashes taken out. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * The name of the volume that the short form makes for a host path: the same for the same path in every run, so that
 * nothing is replaced without an edit.
 */
export function hostVolumeName(path: string): string {
  const tail = path
    .slice(path.lastIndexOf('/') + 1)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  const word = tail.slice(0, 40).replaceAll(/^-|-$/g, '');
  return ['host', ...(word === '' ? [] : [word]), fnv1a(path)].join('-');
}

/** FNV-1a over 32 bits, as eight hex digits. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
