import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One file of src/ or test/, parsed: comments and strings cannot be mistaken for code. */
export interface Source {
  /** From the root of the checkout: `src/core/runtime/action.ts`. */
  readonly path: string;
  /** The folder under src/ or test/, or the file's own name where it lies in that folder itself. */
  readonly room: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly file: ts.SourceFile;
}

export interface Import {
  /** A path from the root of the checkout, or a package's name. */
  readonly target: string;
  readonly typesOnly: boolean;
  readonly line: number;
}

const root = join(import.meta.dirname, '..');

/** Every TypeScript file under a folder of the checkout. */
export function readSources(folder: 'src' | 'test' = 'src'): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Parses one file as if it lay at `path`. */
export function parseSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  visit(file, (node) => {
    const found = readImport(node);
    if (found) imports.push({ ...found, target: resolve(path, found.target), line: lineOf(file, node) });
  });
  return { path, room: path.split('/')[1] ?? '', lineCount: text.trimEnd().split('\n').length, imports, file };
}

/** `path:line what` for every node that `find` names. */
export function findNodes(source: Source, find: (node: ts.Node) => string | undefined): string[] {
  const found: string[] = [];
  visit(source.file, (node) => {
    const what = find(node);
    if (what !== undefined) found.push(`${source.path}:${lineOf(source.file, node)} ${what}`);
  });
  return found;
}

/** The name, where the node is a use of a variable: no property, no key, no type. */
export function readUse(node: ts.Node): string | undefined {
  if (!ts.isIdentifier(node) || ts.isTypeNode(node.parent) || ts.isImportSpecifier(node.parent)) return undefined;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return undefined;
  const isKey =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isQualifiedName(parent);
  return isKey && parent.getChildAt(0) === node ? undefined : node.text;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

function readImport(node: ts.Node): { target: string; typesOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause;
    const named = clause?.namedBindings;
    const allNamedAreTypes =
      clause?.name === undefined &&
      named !== undefined &&
      ts.isNamedImports(named) &&
      named.elements.every((e) => e.isTypeOnly);
    return {
      target: node.moduleSpecifier.text,
      typesOnly: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || allNamedAreTypes,
    };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
    return { target: node.moduleSpecifier.text, typesOnly: node.isTypeOnly };
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
    return { target: node.argument.literal.text, typesOnly: true };
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [target] = node.arguments;
    if (target && ts.isStringLiteralLike(target)) return { target: target.text, typesOnly: false };
  }
  return undefined;
}

function resolve(from: string, target: string): string {
  return target.startsWith('.') ? posix.join(posix.dirname(from), target) : target;
}
