/** Label selectors as kubectl's -l takes them (apimachinery/pkg/labels/selector.go). */

export type Labels = Readonly<Record<string, string>>;

/** Whether labels are as the selector says. */
export type LabelTest = (labels: Labels) => boolean;

/** Reads `app=web,tier in (front,back),!old`; a text says what is wrong with it, in kubectl's words. */
export function parseLabelSelector(text: string): LabelTest | string {
  const tokens: Tokens = { words: [...text.matchAll(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g)].map(([word]) => word), at: 0 };
  const tests: LabelTest[] = [];
  while (peek(tokens) !== '') {
    const first = peek(tokens);
    if (isSymbol(first) && first !== '!') return `found '${first}', expected: !, identifier, or 'end of string'`;
    const test = parseRequirement(tokens);
    if (typeof test === 'string') return `unable to parse requirement: ${test}`;
    tests.push(test);
    const next = take(tokens);
    if (next === '') break;
    if (next !== ',') return `found '${next}', expected: ',' or 'end of string'`;
    const after = peek(tokens);
    if (after === '' || (isSymbol(after) && after !== '!')) return `found '${after}', expected: identifier after ','`;
  }
  return (labels) => tests.every((test) => test(labels));
}

interface Tokens {
  readonly words: readonly string[];
  at: number;
}

/** '' at the end. */
const peek = ({ words, at }: Tokens): string => words[at] ?? '';

function take(tokens: Tokens): string {
  const word = peek(tokens);
  tokens.at += 1;
  return word;
}

const isSymbol = (word: string): boolean => /^[=!(),<>]/.test(word);

const binaryOperators = ['!=', '<', '=', '==', '>', 'in', 'notin'];

function parseRequirement(tokens: Tokens): LabelTest | string {
  const isNot = peek(tokens) === '!';
  if (isNot) take(tokens);
  const key = take(tokens);
  if (key === '' || isSymbol(key)) return `found '${key}', expected: identifier`;
  const wrongKey = checkKey(key);
  if (wrongKey !== undefined) return wrongKey;
  const isAlone = peek(tokens) === '' || peek(tokens) === ',';
  if (isNot || isAlone) return (labels) => Object.hasOwn(labels, key) !== isNot;
  const operator = take(tokens);
  if (!binaryOperators.includes(operator)) return `found '${operator}', expected: ${binaryOperators.join(', ')}`;
  const values = operator === 'in' || operator === 'notin' ? parseValues(tokens) : parseValue(tokens);
  if (typeof values === 'string') return values;
  const wrongValue = values.map((value) => checkValue(key, value)).find((wrong) => wrong !== undefined);
  return wrongValue ?? makeTest(key, operator, values);
}

function makeTest(key: string, operator: string, values: readonly string[]): LabelTest | string {
  const valueOf = (labels: Labels): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  const isAmong = (value: string | undefined): boolean => value !== undefined && values.includes(value);
  if (operator === 'notin' || operator === '!=') return (labels) => !isAmong(valueOf(labels));
  if (operator !== '<' && operator !== '>') return (labels) => isAmong(valueOf(labels));
  const [bound = ''] = values;
  if (!isInteger(bound))
    return `values[0][${key}]: Invalid value: "${bound}": for 'Gt', 'Lt' operators, the value must be an integer`;
  return (labels) => {
    const value = valueOf(labels) ?? '';
    if (!isInteger(value)) return false;
    return operator === '<' ? BigInt(value) < BigInt(bound) : BigInt(value) > BigInt(bound);
  };
}

const isInteger = (text: string): boolean => /^-?\d+$/.test(text);

/** One, which may be empty. */
function parseValue(tokens: Tokens): readonly string[] | string {
  const next = peek(tokens);
  if (next === '' || next === ',') return [''];
  take(tokens);
  return isSymbol(next) ? `found '${next}', expected: identifier` : [next];
}

/** `(a, b)`; what is left out between commas is the empty value. */
function parseValues(tokens: Tokens): readonly string[] | string {
  const open = take(tokens);
  if (open !== '(') return `found '${open}' expected: '('`;
  const values: string[] = [];
  for (let last = ','; last === ',';) {
    const value = peek(tokens);
    const isLeftOut = value === ',' || value === ')';
    if (!isLeftOut && (value === '' || isSymbol(value))) return `found '${value}', expected: ',', ')' or identifier`;
    values.push(isLeftOut ? '' : take(tokens));
    last = take(tokens);
    if (last !== ',' && last !== ')') return `found '${last}', expected: ',' or ')'`;
  }
  return values;
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** IsQualifiedName (apimachinery/pkg/util/validation/validation.go). */
function checkKey(key: string): string | undefined {
  const parts = key.split('/');
  const [name = '', prefix] = parts.toReversed();
  const isFine =
    parts.length <= 2 &&
    NAME.test(name) &&
    name.length <= 63 &&
    (prefix === undefined || (SUBDOMAIN.test(prefix) && prefix.length <= 253));
  return isFine
    ? undefined
    : `Invalid value: "${key}": a label's key is at most 63 letters, digits, '-', '_' or '.', with an optional DNS subdomain and '/' before it (e.g. 'MyName' or 'example.com/MyName')`;
}

/** IsValidLabelValue. */
function checkValue(key: string, value: string): string | undefined {
  if (value === '' || (NAME.test(value) && value.length <= 63)) return undefined;
  return `values[0][${key}]: Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345')`;
}
