/** What a service is built from, and what `develop` does as its files are edited. */
import { fieldsOf, isFields } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';
import type { Draft } from './draft.ts';
import { many, pairs, text } from './values.ts';

const known = ['context', 'dockerfile', 'target', 'args', 'network', 'cache_from', 'cache_to', 'platforms'];
/** Each has a reader of its own. */
const read = ['secrets', 'ssh'];

export function readBuild(value: unknown, draft: Draft): void {
  if (!isFields(value)) {
    draft.container['build'] = value;
    return;
  }
  const { args, ...rest }: Fields = Object.fromEntries(
    Object.entries(value).filter(([field]) => known.includes(field)),
  );
  const all = [...known, ...read];
  for (const field of Object.keys(value).filter((each) => !all.includes(each)))
    draft.note(`build.${field}`, `a build here has ${all.join(', ')}, and no more`);
  const ssh = pairs(value['ssh']).map(([id, path]) => (path === undefined ? id : `${id}=${path}`));
  const secrets = many(value['secrets']).map((secret) => readSecret(secret, draft));
  const values = pairs(args).map(([name, each]) => [name, each ?? `\${${name}:-}`]);
  draft.container['build'] = {
    ...rest,
    ...(values.length === 0 ? {} : { args: Object.fromEntries(values) as Fields }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(ssh.length === 0 ? {} : { ssh }),
  };
}

/** Each secret of the file is an object with one key: the Dockerfile's name for it stays. */
function readSecret(value: unknown, { uses, named, note }: Draft): unknown {
  const { source = value, target, uid, gid, mode } = fieldsOf(value);
  const name = text(source);
  uses.secrets.add(name);
  if ([uid, gid, mode].some((each) => each !== undefined))
    note('build.secrets', `${name}: its owner and mode stand in RUN --mount=type=secret`);
  const id = target === undefined ? name : text(target);
  return id === named(name) ? named(name) : { source: named(name), target: id };
}

export function readDevelop(value: unknown, draft: Draft): void {
  const rules = many(fieldsOf(value)['watch']).flatMap((each) => {
    const { path, action, target, ignore } = fieldsOf(each);
    if (ignore !== undefined) draft.note('develop.watch.ignore', 'what .dockerignore names is left out');
    const paths = [text(path)];
    if (action === 'rebuild' || action === 'restart') return [{ paths, action }];
    if (action === 'sync') return [{ paths, action, target }];
    if (action === 'sync+restart')
      return [
        { paths, action: 'sync', target },
        { paths, action: 'restart' },
      ];
    draft.note('develop.watch', `the action ${text(action)} is none of sync, restart and rebuild`);
    return [];
  });
  if (rules.length > 0) draft.container['onChange'] = rules;
}
