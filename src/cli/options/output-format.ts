/** How `-o` has objects printed: kubectl's formats. */
import { resolve } from 'node:path';
import { parseColumns, parseColumnsFile } from '../../output/jsonpath/columns.ts';
import type { CustomColumn } from '../../output/jsonpath/columns.ts';
import { JsonPathError, parseTemplate } from '../../output/jsonpath/parse.ts';
import type { Part } from '../../output/jsonpath/parse.ts';
import { readText } from '../../platform/files.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';

export type OutputFormat =
  | { readonly kind: 'table'; readonly wide: boolean }
  | { readonly kind: 'json' | 'yaml' | 'name' }
  | { readonly kind: 'jsonpath'; readonly template: readonly Part[] }
  | { readonly kind: 'columns'; readonly columns: readonly CustomColumn[] };

const formats = [
  ...['custom-columns', 'custom-columns-file', 'json', 'jsonpath', 'jsonpath-file', 'name', 'wide', 'yaml'],
] as const;

/** For yargs. */
export const outputOption = {
  alias: 'o',
  type: 'string',
  requiresArg: true,
  describe: `How to print them. One of: (${formats.join(', ')})`,
} as const;

/** Reads `wide`, `jsonpath={.items[*].metadata.name}` and the like. Rejects with exit code 2 where it is none of them. */
export async function readOutput(world: World, text: string | undefined): Promise<OutputFormat> {
  const [, format = '', argument] = /^([^=]*)(?:=(.*))?$/s.exec(text ?? 'table') ?? [];
  switch (format) {
    case 'json':
    case 'yaml':
    case 'name':
      if (argument === undefined) return { kind: format };
      break;
    case 'wide':
    case 'table':
      if (argument === undefined && (format === 'wide' || text === undefined))
        return { kind: 'table', wide: format === 'wide' };
      break;
    case 'jsonpath':
    case 'jsonpath-file':
      if ((argument ?? '') === '') throw usage('template format specified but no template given');
      return {
        kind: 'jsonpath',
        template: unlessWrong(format, parseTemplate, await argumentOf(world, format, argument)),
      };
    case 'custom-columns':
      return { kind: 'columns', columns: unlessWrong(format, parseColumns, argument ?? '') };
    case 'custom-columns-file':
      if ((argument ?? '') === '') throw usage('custom-columns format specified but no custom columns given');
      return {
        kind: 'columns',
        columns: unlessWrong(format, parseColumnsFile, await argumentOf(world, format, argument)),
      };
  }
  throw usage(
    `unable to match a printer suitable for the output format "${text}", allowed formats are: ${formats.join(', ')}`,
  );
}

/** What a template cannot be applied to is the command's failure. */
export function applying<T>(apply: () => T): T {
  try {
    return apply();
  } catch (error) {
    if (error instanceof JsonPathError) throw new CommandError(exitCode.failed, error.message);
    throw error;
  }
}

async function argumentOf(world: World, format: string, argument = ''): Promise<string> {
  if (!format.endsWith('-file')) return argument;
  const read = await readText(resolve(world.cwd, argument));
  if (!read.ok) throw usage(`error reading template ${argument}: ${read.message}`);
  return read.text;
}

function unlessWrong<T>(format: string, parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof JsonPathError) throw usage(`-o ${format}: ${error.message}`);
    throw error;
  }
}

const usage = (message: string): CommandError => new CommandError(exitCode.usage, message);
