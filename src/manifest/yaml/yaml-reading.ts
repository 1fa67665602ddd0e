/**
 * What a plain scalar is, as Kubernetes reads it: sigs.k8s.io/yaml, YAML 1.1 by way of goyaml v2 (resolve.go). `on` and
 * `yes` are true, `0644` is octal, `1_000` a thousand; `1:30` and dates are texts, and `08` is eight.
 */
import type { ScalarTag, Tags } from 'yaml';

import { decodeBase64, textOfBytes } from './base64.ts';

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER =
  /^[-+]?(?:0[bB]_*[01][01_]*|0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*|0[oO]_*[0-7][0-7_]*|0[0-7_]*|[1-9][0-9_]*)$/;
const FLOAT = /^(?:\.[0-9]+|[-+]\.[0-9_]+|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/;

const BOOLEAN: ScalarTag = {
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: new RegExp(`${TRUE.source}|${FALSE.source}`),
  resolve: (text) => TRUE.test(text),
};

const INT: ScalarTag = { default: true, tag: 'tag:yaml.org,2002:int', test: INTEGER, resolve: toInteger };

const NUMBER: ScalarTag = {
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: FLOAT,
  resolve: (text) => {
    const value = Number(text.replaceAll('_', ''));
    // What no number can hold is a text there.
    return Number.isFinite(value) ? value : text;
  },
};

/** A text is what it is to be; bytes that are none no field takes. */
const BINARY: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text, onError) => {
    const bytes = decodeBase64(text);
    if ('illegalAt' in bytes) onError('!!binary value contains invalid base64 data');
    return ('illegalAt' in bytes ? undefined : textOfBytes(bytes)) ?? text;
  },
};

const OURS: ReadonlySet<string | undefined> = new Set([BOOLEAN.tag, INT.tag, NUMBER.tag]);

/** The tags of a parser's schema with our reading in the place of its own; that of `.inf` and `.nan` stays. */
export function withKubernetesReading(tags: Tags): Tags {
  const kept = tags.filter((tag) => typeof tag === 'string' || !OURS.has(tag.tag) || isInfinite(tag as ScalarTag));
  return [...kept, BOOLEAN, INT, NUMBER, BINARY];
}

function isInfinite({ test }: ScalarTag): boolean {
  return test?.test('.inf') === true;
}

/** strconv.ParseInt with base 0, underscores taken out. */
function toInteger(text: string): number {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  const magnitude = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? -magnitude : magnitude;
}
