/** Apart, because only one format needs the library. A bundle knows what a CommonJS package exports by a static import alone. */
import { stringify } from 'yaml';

/** By YAML 1.1's rules of what needs quotes, for Kubernetes' own reader takes a plain `no` or `1:30` for no string. */
export function toYaml(value: unknown): string {
  return stringify(value, { schema: 'yaml-1.1', indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false });
}
