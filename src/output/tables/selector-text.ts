/** A selector in words, as metav1.FormatLabelSelector writes it: `app=web,tier in (a,b),!old`. */
import { fieldsOf, isFields, listOf, textMapOf, textsOf } from '../../manifest/yaml/read.ts';

/** '' for one that selects nothing. @param selector also a plain map, as a ReplicationController has */
export function selectorText(selector: unknown): string {
  const fields = fieldsOf(selector);
  const isPlain = !isFields(fields['matchLabels']) && fields['matchExpressions'] === undefined;
  const labels = Object.entries(textMapOf(isPlain ? fields : fields['matchLabels'])).map(
    ([key, value]) => [key, `${key}=${value}`] as const,
  );
  const others = listOf(fields['matchExpressions']).map((each) => {
    const { key, operator, values } = fieldsOf(each);
    return [String(key), expressionText(String(key), String(operator), textsOf(values))] as const;
  });
  return [...labels, ...others]
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, text]) => text)
    .join(',');
}

function expressionText(key: string, operator: string, values: readonly string[]): string {
  switch (operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.toSorted().join(',')})`;
  }
}
