/** Fields of the schema that podrun marks `x-podrun`: not supported yet, made by a cluster, or done in another way. */
import type { ErrorObject } from 'ajv';

import { fieldsOf, isFields } from '../yaml/read.ts';

/** The keyword of the compiled schema that holds a marked field's own schema. */
export const MARKED = 'x-podrun-marked';

/** A field that podrun marks and that is not as if it were unset: a breach of what it stands in. */
export function asMark(breach: ErrorObject): ErrorObject {
  const marked = fieldsOf(breach.parentSchema)[MARKED];
  if (breach.keyword !== 'enum' || !isFields(marked)) return breach;
  const cut = breach.instancePath.lastIndexOf('/');
  const field = breach.instancePath
    .slice(cut + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
  const params = { field, mark: marked['x-podrun'], instead: marked['x-podrun-instead'] };
  return { ...breach, keyword: 'x-podrun', instancePath: breach.instancePath.slice(0, cut), params };
}
