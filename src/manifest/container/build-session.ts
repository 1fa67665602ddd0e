/** What a build takes beside its context: secrets, SSH agents, caches and platforms, as compose writes them. */
import type { Build, BuildAgent, BuildSecret } from '../../model/build.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below, dirOf } from '../yaml/cursor.ts';
import { fieldsOf, isFields, listOf, oneOf, textOf, textsOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import { resolvePath } from './host-path.ts';

export function readBuildMore(fields: Fields, at: Cursor, home: string | undefined, report: Report): Partial<Build> {
  const platforms = textsOf(fields['platforms']);
  if (platforms.length > 1)
    report(below(at, 'platforms'), 'one image is built', {
      hint: "it is for the engine's own platform where that is among these, else for the first; docker buildx builds for several",
      severity: 'warning',
      approximates: true,
    });
  return whereSet({
    network: oneOf(fields['network'], ['default', 'host', 'none'] as const),
    secrets: orNone(listOf(fields['secrets']).flatMap(readSecret)),
    ssh: orNone(readAgents(fields['ssh'], below(at, 'ssh'), home, report)),
    cacheFrom: orNone(readCacheFrom(fields['cache_from'], below(at, 'cache_from'), report)),
    inlineCache: readCacheTo(fields['cache_to'], below(at, 'cache_to'), report),
    platforms: orNone(platforms),
  });
}

const orNone = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

function readSecret(value: unknown): readonly BuildSecret[] {
  const { source, key, target } = isFields(value) ? value : { source: value };
  const name = wordOf(source);
  return name === undefined ? [] : [{ id: wordOf(target) ?? name, source: name, ...whereSet({ key: wordOf(key) }) }];
}

function readAgents(value: unknown, at: Cursor, home: string | undefined, report: Report): readonly BuildAgent[] {
  const written = Array.isArray(value)
    ? textsOf(value).map((text, index) => {
        const [, id = text, path] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
        return { id, path, here: below(at, index) };
      })
    : Object.entries(fieldsOf(value)).map(([id, path]) => ({ id, path: textOf(path), here: below(at, id) }));
  return written.flatMap(({ id, path, here }): readonly BuildAgent[] => {
    if (!path) {
      // The environment has one agent alone.
      if (id === 'default') return [{ id }];
      report(here, invalid(id, 'must have the path of a socket'), { hint: `write ${id}=PATH, or default` });
      return [];
    }
    const resolved = resolvePath(dirOf(at), path, home);
    if ('path' in resolved) return [{ id, path: resolved.path }];
    report(here, invalid(path, resolved.problem), { hint: 'write the path in full' });
    return [];
  });
}

/** The `type=registry,ref=NAME` of docker buildx: its fields, or those of a name alone. */
function cacheFields(text: string): Readonly<Record<string, string>> {
  if (!text.includes('=')) return { type: 'registry', ref: text };
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [, name = part, value = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
      return [name.trim(), value.trim()];
    }),
  );
}

function readCacheFrom(value: unknown, at: Cursor, report: Report): readonly string[] {
  return textsOf(value).flatMap((text, index) => {
    const { type, ref } = cacheFields(text);
    if (type === 'registry' && ref) return [ref];
    report(below(at, index), "the engine's builder takes layers from images alone: this cache is left out", {
      hint: 'name an image that has its cache in it, as cache_to: [type=inline] makes it',
      severity: 'warning',
    });
    return [];
  });
}

function readCacheTo(value: unknown, at: Cursor, report: Report): true | undefined {
  const isInline = textsOf(value).map((text) => cacheFields(text)['type'] === 'inline');
  for (const [index, is] of isInline.entries())
    if (!is)
      report(below(at, index), "the engine's builder writes no cache but into the image: this one is left out", {
        hint: 'write type=inline, and push the image; docker buildx build --cache-to writes the others',
        severity: 'warning',
      });
  return isInline.includes(true) ? true : undefined;
}
