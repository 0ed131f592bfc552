import { parseSync } from 'vite';

/** A node of the syntax tree, as ESTree has it. */
interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [part: string]: unknown;
}

/** Where a sentence stands in a source in place of a key. */
export interface RawSentence {
  readonly line: number;
  readonly kind: 'plain' | 'report' | 'page';
  /** As much of the source as shows which one is meant. */
  readonly text: string;
}

/** Functions that take what people read. */
const REPORTS = /^(?:on(?:LeftOut|Notes?|Refused|Skipped)|noteProblem|addNote)$/u;
/** Of objects that are handed to them. */
const READ_PARTS = new Set(['title', 'message', 'reason', 'problem', 'text', 'note']);
/** Of elements. */
const READ_ATTRIBUTES = new Set(['title', 'label', 'placeholder', 'aria-label', 'aria-description', 'alt', 'description']);

/**
 * Finds what people would read in English whatever their language is: uses of `plain`, sentences that are handed to notices and reports, and texts and
 * labels of elements.
 */
export function rawSentences(file: string, source: string): RawSentence[] {
  const found: RawSentence[] = [];
  const note = (kind: RawSentence['kind'], node: SyntaxNode): void => {
    found.push({
      line: source.slice(0, node.start).split('\n').length,
      kind,
      text: source.slice(node.start).trimStart().slice(0, 60).split('\n')[0] ?? '',
    });
  };
  const program = parsed(file, source);
  const isPlainImported = source.includes('plain') && importsPlain(program);
  walk(program, (node, parent) => {
    if (isPlainImported && isNamed(node, 'plain') && parent?.type !== 'ImportSpecifier' && !isPropertyName(node, parent))
      note('plain', node);
    if (node.type === 'CallExpression' && isReport(node))
      for (const each of partsOf(node, 'arguments').flatMap(readTexts)) note('report', each);
    if (node.type === 'JSXText' && hasLetters(String(node['value']))) note('page', node);
    if (node.type === 'JSXExpressionContainer' && parent?.type === 'JSXElement')
      for (const each of literalsOf(nodeIn(node, 'expression'))) note('page', each);
    if (node.type === 'JSXAttribute' && READ_ATTRIBUTES.has(nameOf(nodeIn(node, 'name'))))
      for (const each of literalsOf(nodeIn(node, 'value'))) note('page', each);
  });
  return found;
}

/** What a source names by strings: whole ones, and the beginnings and ends of those that it puts together. */
export interface NamedStrings {
  readonly whole: ReadonlySet<string>;
  readonly composed: readonly { readonly prefix: string; readonly suffix: string }[];
}

export function stringsIn(file: string, source: string): NamedStrings {
  const whole = new Set<string>();
  const composed: { prefix: string; suffix: string }[] = [];
  walk(parsed(file, source), (node) => {
    if (node.type === 'Literal' && typeof node['value'] === 'string') whole.add(node['value']);
    if (node.type !== 'TemplateLiteral') return;
    const pieces = quasisOf(node);
    if (pieces.length === 1) whole.add(pieces[0] ?? '');
    else composed.push({ prefix: pieces[0] ?? '', suffix: pieces.at(-1) ?? '' });
  });
  return { whole, composed };
}

function parsed(file: string, source: string): SyntaxNode {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed`);
  return program as unknown as SyntaxNode;
}

function walk(node: SyntaxNode, see: (node: SyntaxNode, parent: SyntaxNode | null) => void, parent: SyntaxNode | null = null): void {
  see(node, parent);
  for (const part of Object.values(node))
    for (const child of Array.isArray(part) ? part : [part]) if (isNode(child)) walk(child, see, node);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function nodeIn(node: SyntaxNode, part: string): SyntaxNode | null {
  const found = node[part];
  return isNode(found) ? found : null;
}

function partsOf(node: SyntaxNode, part: string): SyntaxNode[] {
  const found = node[part];
  return Array.isArray(found) ? found.filter(isNode) : [];
}

/** Of an identifier, or of the last part of `a.b.c` and of `aria-label`. */
function nameOf(node: SyntaxNode | null): string {
  if (node === null) return '';
  if (node.type === 'MemberExpression') return nameOf(nodeIn(node, 'property'));
  return typeof node['name'] === 'string' ? node['name'] : '';
}

function isNamed(node: SyntaxNode, name: string): boolean {
  return node.type === 'Identifier' && node['name'] === name;
}

function isPropertyName(node: SyntaxNode, parent: SyntaxNode | null): boolean {
  return (parent?.type === 'MemberExpression' && parent['property'] === node) || (parent?.type === 'Property' && parent['key'] === node);
}

function importsPlain(program: SyntaxNode): boolean {
  return partsOf(program, 'body').some(
    (node) =>
      node.type === 'ImportDeclaration' &&
      String(nodeIn(node, 'source')?.['value']).endsWith('words/words.ts') &&
      partsOf(node, 'specifiers').some((specifier) => nameOf(nodeIn(specifier, 'imported')) === 'plain'),
  );
}

function isReport(call: SyntaxNode): boolean {
  const name = nameOf(nodeIn(call, 'callee'));
  return REPORTS.test(name) || (name === 'emit' && partsOf(call, 'arguments')[0]?.['value'] === 'notice');
}

/** Sentences in what is handed over: a word alone may be a cause or a name. */
function readTexts(node: SyntaxNode): SyntaxNode[] {
  if (node.type !== 'ObjectExpression')
    return literalsOf(node).filter((each) => each.type === 'TemplateLiteral' || /\p{L}.*\s.*\p{L}/u.test(String(each['value'])));
  return partsOf(node, 'properties').flatMap((property) =>
    READ_PARTS.has(nameOf(nodeIn(property, 'key'))) ? literalsOf(nodeIn(property, 'value')) : [],
  );
}

/** Literals with letters that an expression may be. */
function literalsOf(node: SyntaxNode | null): SyntaxNode[] {
  if (node === null) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' && hasLetters(node['value']) ? [node] : [];
    case 'TemplateLiteral':
      return quasisOf(node).some(hasLetters) ? [node] : [];
    case 'JSXExpressionContainer':
      return literalsOf(nodeIn(node, 'expression'));
    case 'ConditionalExpression':
      return [...literalsOf(nodeIn(node, 'consequent')), ...literalsOf(nodeIn(node, 'alternate'))];
    case 'LogicalExpression':
      // Of `a && b` only `b` is read.
      return [...(node['operator'] === '&&' ? [] : literalsOf(nodeIn(node, 'left'))), ...literalsOf(nodeIn(node, 'right'))];
    case 'BinaryExpression':
      if (node['operator'] !== '+') return [];
      return [...literalsOf(nodeIn(node, 'left')), ...literalsOf(nodeIn(node, 'right'))];
    default:
      return [];
  }
}

function quasisOf(node: SyntaxNode): string[] {
  return partsOf(node, 'quasis').map(({ value }) =>
    typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : '',
  );
}

function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text);
}
