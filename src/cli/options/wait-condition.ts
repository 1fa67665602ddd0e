/** What `podrun wait --for` waits for: kubectl's conditions, and `phase=` for the commonest of its JSONPaths. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { evaluate } from '../../output/jsonpath/evaluate.ts';
import { JsonPathError, parseTemplate } from '../../output/jsonpath/parse.ts';
import type { Part } from '../../output/jsonpath/parse.ts';
import { relaxedPath } from '../../output/jsonpath/relaxed.ts';

export type WaitCondition =
  | { readonly kind: 'create' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'condition'; readonly type: string; readonly status: string }
  | { readonly kind: 'phase'; readonly phase: string }
  /** Without a value: any will do. */
  | { readonly kind: 'jsonpath'; readonly path: readonly Part[]; readonly value?: string };

/** How a Pod stands to a condition. `absent`: there is no such Pod, and the condition needs one. */
export type Standing =
  { readonly kind: 'met' | 'unmet' | 'absent' } | { readonly kind: 'error'; readonly text: string };

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

/** Reads one `--for`; a text says what is wrong with it. */
export function parseCondition(text: string): WaitCondition | string {
  const word = text.toLowerCase();
  if (word === 'create' || word === 'delete') return { kind: word };
  const [, kind, rest = ''] = /^(condition|phase|jsonpath)=(.+)$/s.exec(text) ?? [];
  switch (kind) {
    case 'condition': {
      const [, type = '', status = 'true'] = /^([^=]+)(?:=(.*))?$/s.exec(rest) ?? [];
      return type === '' ? `--for=${text} names no condition: write --for=condition=Ready` : { kind, type, status };
    }
    case 'phase': {
      const phase = phases.find((each) => each.toLowerCase() === rest.toLowerCase());
      return phase === undefined ? `--for=${text}: a phase is one of ${phases.join(', ')}` : { kind, phase };
    }
    case 'jsonpath':
      return parsePathCondition(rest);
    default:
      return `unrecognized condition: "${text}": write create, delete, condition=Ready, phase=Succeeded or jsonpath={.status.phase}=Running`;
  }
}

/** How the Pod of a name stands; undefined where there is none. */
export function standingOf(condition: WaitCondition, pod: KubernetesPod | undefined): Standing {
  // One that the file names and nobody has begun with has no uid yet.
  const there = pod?.metadata?.uid !== undefined;
  if (condition.kind === 'delete') return { kind: there ? 'unmet' : 'met' };
  if (condition.kind === 'create') return { kind: there ? 'met' : 'unmet' };
  if (pod === undefined) return { kind: 'absent' };
  return checkPod(condition, pod);
}

function checkPod(
  condition: Exclude<WaitCondition, { kind: 'create' | 'delete' }>,
  { status, ...pod }: KubernetesPod,
): Standing {
  switch (condition.kind) {
    case 'phase':
      return { kind: status?.phase === condition.phase ? 'met' : 'unmet' };
    case 'condition': {
      const found = status?.conditions?.find(({ type }) => type.toLowerCase() === condition.type.toLowerCase());
      return { kind: found?.status.toLowerCase() === condition.status.toLowerCase() ? 'met' : 'unmet' };
    }
    case 'jsonpath': {
      const values = unlessWrong(() => evaluate(condition.path, { ...pod, status }).flat());
      if (typeof values === 'string') return { kind: 'error', text: values };
      const [value] = values;
      if (values.length === 0) return { kind: 'unmet' };
      if (values.length > 1) return { kind: 'error', text: 'the JSONPath leads to more than one value' };
      if (condition.value === undefined) return { kind: 'met' };
      if (!isPlain(value))
        return { kind: 'error', text: 'the JSONPath leads to an object or a list: no value can be like it' };
      return { kind: String(value).trim() === condition.value.trim() ? 'met' : 'unmet' };
    }
  }
}

/** The value follows the first single `=`; those of a filter are `==` and `!=`, or inside the braces. */
function parsePathCondition(text: string): WaitCondition | string {
  const [, path = '', value] = /^(\{[^}]*\}|(?:[^=!]|[=!]=)+)(?:=(.*))?$/s.exec(text) ?? [];
  if (path === '') return '--for=jsonpath takes {.status.phase}=Running or {.status.phase}';
  const parsed = unlessWrong(() => parseTemplate(relaxedPath(path)));
  if (typeof parsed === 'string') return parsed;
  if (value === undefined) return { kind: 'jsonpath', path: parsed };
  const bare = value.replace(/^['"]+|['"]+$/g, '');
  if (bare === '') return '--for=jsonpath takes a value after the equal sign, like {.status.phase}=Running';
  return { kind: 'jsonpath', path: parsed, value: bare };
}

/** What a JSONPath gives; a text says what is wrong with it. */
function unlessWrong<T>(find: () => T): T | string {
  try {
    return find();
  } catch (error) {
    if (error instanceof JsonPathError) return error.message;
    throw error;
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
