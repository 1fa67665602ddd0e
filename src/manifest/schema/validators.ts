/** The validators of the schema's definitions, each compiled when it is first needed. */
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';

import { createCompiler } from './schema-compiler.ts';

/** Tells whether a value is as a definition says, and in `errors` why it is not. */
export type Validator = Pick<ValidateFunction, 'errors'> &
  ((value: unknown, at?: Parameters<ValidateFunction>[1]) => unknown);

let compiler: Ajv | undefined;

/** @throws where the schema has no such definition */
export function validatorOf(definition: string): Validator {
  if (compiler === undefined) {
    compiler = createCompiler('x-podrun-ref');
    compiler.addKeyword({ keyword: 'x-podrun-ref', errors: true, validate: checkReferred });
  }
  const validate = compiler.getSchema(`podrun#/$defs/${definition}`);
  if (validate === undefined) throw new Error(`the schema has no definition ${definition}`);
  return validate;
}

interface ReferredValidator {
  (definition: string, value: unknown, parent?: unknown, at?: Parameters<ValidateFunction>[1]): boolean;
  errors?: Partial<ErrorObject>[];
}

/** What `$ref` does, compiled when it is first needed. ajv writes over what it is given, so the breaches are wrapped. */
const checkReferred: ReferredValidator = (definition, value, _parent, at) => {
  const validate = validatorOf(definition);
  const isGood = validate(value, at) === true;
  checkReferred.errors = [
    { keyword: 'x-podrun-ref', instancePath: at?.instancePath ?? '', params: { breaches: validate.errors ?? [] } },
  ];
  return isGood;
};
