import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorObject } from 'ajv';
import { expect, test } from 'vitest';

import { generateValidators } from '../../../.config/schema.mjs';
import { readDocuments, withValue } from '../../../src/manifest/yaml/document.ts';
import { fieldsOf } from '../../../src/manifest/yaml/read.ts';
import * as atRun from '../../../src/manifest/schema/validators.ts';
import { makeRandom } from '../../sim/random.ts';
import { SHORT_FORM, STREAM } from '../good-files.ts';
import { mutate } from '../mutate.ts';

type Validators = Pick<typeof atRun, 'validatorOf'>;

/** The module that the build puts in the place of validators.ts. */
async function loadGenerated(): Promise<Validators> {
  const cache = join(import.meta.dirname, '../../../node_modules/.cache');
  const path = join(cache, 'validators.cjs');
  mkdirSync(cache, { recursive: true });
  writeFileSync(path, await generateValidators());
  return (await import(pathToFileURL(path).href)) as Validators;
}

/** Each breach as far as podrun reads it. */
function told(breaches: readonly ErrorObject[] | null | undefined): readonly string[] {
  return (breaches ?? []).flatMap(({ keyword, instancePath, propertyName, params, data, parentSchema }) => {
    if (keyword === 'x-podrun-ref') return told(params['breaches'] as ErrorObject[]);
    const { missingProperty, additionalProperty } = params;
    const schema = Object.keys(fieldsOf(parentSchema));
    return [JSON.stringify([instancePath, keyword, propertyName, missingProperty, additionalProperty, data, schema])];
  });
}

function breachesBy({ validatorOf }: Validators, shape: string, value: unknown): readonly string[] {
  const validate = validatorOf(shape);
  return validate(value) === true ? [] : told(validate.errors).toSorted();
}

function shapeOf(value: unknown): string {
  const { kind } = fieldsOf(value);
  if (kind === undefined) return 'ShortForm';
  return kind === 'Deployment' || kind === 'Secret' || kind === 'Job' ? kind : 'Pod';
}

test('what is compiled ahead of time tells what is compiled at run', { timeout: 60_000 }, async () => {
  const generated = await loadGenerated();
  let breaches = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const text = mutate(seed % 2 === 0 ? SHORT_FORM : STREAM, makeRandom(seed), [SHORT_FORM, STREAM]);
    for (const doc of readDocuments({ path: 'pods.yaml', text, dir: '/', layer: 0 }, [])) {
      const { value } = withValue(doc);
      const found = breachesBy(generated, shapeOf(value), value);
      expect(found).toEqual(breachesBy(atRun, shapeOf(value), value));
      breaches += found.length;
    }
  }
  expect(breaches).toBeGreaterThan(300);
  expect(() => generated.validatorOf('Nothing')).toThrow('no definition Nothing');
});
