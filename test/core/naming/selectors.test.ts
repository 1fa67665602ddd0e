/** The grammar of -l and --field-selector: the cases are those of apimachinery's selector tests. */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { parsePodFields } from '../../../src/core/naming/field-selector.ts';
import { parseLabelSelector } from '../../../src/core/naming/label-selector.ts';
import type { Labels } from '../../../src/core/naming/label-selector.ts';

function selects(text: string, labels: Labels): boolean {
  const test = parseLabelSelector(text);
  if (typeof test === 'string') throw new Error(test);
  return test(labels);
}

describe('a label selector', () => {
  test.each<[string, Labels, boolean]>([
    ['', { x: 'y' }, true],
    ['x=y', { x: 'y' }, true],
    ['x==y', { x: 'y' }, true],
    ['x = y , z=w', { x: 'y', z: 'w' }, true],
    ['x!=y,z!=w', { x: 'z', z: 'a' }, true],
    ['x!=y', {}, true],
    ['notin=in', { notin: 'in' }, true],
    ['in in (in,notin)', { in: 'notin' }, true],
    ['x', { x: 'z' }, true],
    ['!x', { y: 'z' }, true],
    ['! x', { y: 'z' }, true],
    ['x=', { x: '' }, true],
    ['x=,z=', { x: '', z: '' }, true],
    ['x>1', { x: '2' }, true],
    ['x<1', { x: '0' }, true],
    ['x>1,x<5', { x: '9' }, false],
    ['x>1', { x: 'v2' }, false],
    ['x>1', {}, false],
    ['x=z', {}, false],
    ['x=y', { x: 'z' }, false],
    ['x=y,z=w', { x: 'w', z: 'w' }, false],
    ['x', { y: 'z' }, false],
    ['!x', { x: 'z' }, false],
    ['foo  in\t (abc)', { foo: 'abc' }, true],
    ['x in (abc,def)', { x: 'def' }, true],
    ['x in (abc,)', { x: '' }, true],
    ['x in ()', { x: '' }, true],
    ['x in (,a)', { x: '' }, true],
    ['x in (abc)', { x: 'def' }, false],
    ['x in (abc)', {}, false],
    ['x notin (abc,def),bar,z in (),w', { bar: 'a', z: '', w: '' }, true],
    ['x notin\n (abc)', { x: 'abc' }, false],
    ['x,y in (a)', { y: 'a' }, false],
    ['this-is-a-dns.domain.com/key-with-dash', { 'this-is-a-dns.domain.com/key-with-dash': '' }, true],
    ['0.1.2.domain/99 notin (10.10.100.1, tick.tack.clock)', {}, true],
    ['constructor', {}, false],
  ])('%j of %o: %s', (text, labels, expected) => {
    expect(selects(text, labels)).toBe(expected);
  });

  test.each([
    ['x=a||y=b', `unable to parse requirement: values[0][x]: Invalid value: "a||y"`],
    ['x==a==b', `found '==', expected: ',' or 'end of string'`],
    ['!x=a', `found '=', expected: ',' or 'end of string'`],
    ['x<a', `for 'Gt', 'Lt' operators, the value must be an integer`],
    ['x,', `found '', expected: identifier after ','`],
    ['x,,y', `found ',', expected: identifier after ','`],
    [',x', `found ',', expected: !, identifier, or 'end of string'`],
    ['=', `found '=', expected: !, identifier, or 'end of string'`],
    ['!', `unable to parse requirement: found '', expected: identifier`],
    ['x a', `unable to parse requirement: found 'a', expected: !=, <, =, ==, >, in, notin`],
    ['x in a', `unable to parse requirement: found 'a' expected: '('`],
    ['x in (a', `unable to parse requirement: found '', expected: ',' or ')'`],
    ['x in (a b)', `unable to parse requirement: found 'b', expected: ',' or ')'`],
    ['x in (=)', `unable to parse requirement: found '=', expected: ',', ')' or identifier`],
    ['x=(', `unable to parse requirement: found '(', expected: identifier`],
    ['a/b/c', 'Invalid value: "a/b/c": a label'],
    ['-a', 'Invalid value: "-a": a label'],
  ])('%j is none: %s', (text, message) => {
    expect(parseLabelSelector(text)).toContain(message);
  });
});

describe('a field selector', () => {
  const pod: Pod = {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { nodeName: 'laptop', restartPolicy: 'Never', containers: [] },
    status: { phase: 'Running', podIP: '10.0.0.2' },
  };
  test.each([
    ['', true],
    ['metadata.name=web', true],
    ['metadata.name==db', false],
    ['metadata.namespace!=shop', false],
    ['status.phase!=Running', false],
    ['status.phase=Running,spec.nodeName=laptop', true],
    ['status.podIP=10.0.0.2,spec.restartPolicy=Always', false],
    ['spec.schedulerName=default-scheduler,spec.serviceAccountName=default,spec.hostNetwork=false', true],
    ['status.nominatedNodeName=', true],
  ])('%j: %s', (text, expected) => {
    const matches = parsePodFields(text);
    expect(typeof matches === 'string' ? matches : matches(pod)).toBe(expected);
  });

  test.each([
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['metadata.name=a=b', "can't understand 'metadata.name=a=b'"],
    ['metadata.labels.app=web', 'field label not supported: metadata.labels.app; those of a Pod are metadata.name,'],
  ])('%j is none: %s', (text, message) => {
    expect(parsePodFields(text)).toContain(message);
  });
});
