/** What a service is built from, and what `develop` does as its files are edited. */
import { fieldsOf, isFields } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';
import type { Draft } from './draft.ts';
import { many, pairs, text } from './values.ts';

const known = ['context', 'dockerfile', 'target', 'args'];

export function readBuild(value: unknown, draft: Draft): void {
  if (!isFields(value)) {
    draft.container['build'] = value;
    return;
  }
  const { args, ...rest }: Fields = Object.fromEntries(
    Object.entries(value).filter(([field]) => known.includes(field)),
  );
  for (const field of Object.keys(value).filter((each) => !known.includes(each)))
    draft.note(`build.${field}`, `a build here has ${known.join(', ')}, and no more`);
  const values = pairs(args).map(([name, each]) => [name, each ?? `\${${name}:-}`]);
  draft.container['build'] = {
    ...rest,
    ...(values.length === 0 ? {} : { args: Object.fromEntries(values) as Fields }),
  };
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
