import sax from 'sax';
import type { Turn } from '#core/base/turns.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words, type Words } from '#shared/words/words.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Directly in it, trimmed. */
  readonly text: string;
}

interface Growing {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Growing[];
  text: string;
}

const MAX_DEPTH = 64;
/** Twenty for each of as many shots as a video may have, in a file of no more than is read. */
const MAX_ELEMENTS = 1_000_000;
const MAX_TEXT_LENGTH = 20_000;
const PIECE_LENGTH = 16_384;

/** Its types do not know the option that leaves out the entities of HTML. */
const OPTIONS: sax.SAXOptions & { readonly strictEntities: true } = { trim: false, position: true, strictEntities: true };

/**
 * The elements of an XML document. Nothing is fetched or expanded: a document that declares entities is refused, and of references only
 * those that XML itself has are known.
 * @throws AppError `invalid-input` with the line
 */
export async function readXml(text: string, turn: Turn): Promise<XmlElement> {
  const parser = sax.parser(true, OPTIONS);
  const root: Growing = { name: '', attributes: {}, children: [], text: '' };
  const open: Growing[] = [root];
  let elementCount = 0;
  const refuse = (problem: Words): AppError =>
    new AppError('invalid-input', words('exchange.xmlBroken', { line: parser.line + 1, problem }));

  parser.onerror = (error) => {
    throw refuse(words('exchange.xmlNotWellFormed', { problem: error.message.split('\n', 1)[0] ?? '' }));
  };
  parser.ondoctype = (doctype) => {
    if (doctype.includes('[')) throw refuse(words('exchange.xmlDeclares'));
  };
  parser.onopentag = ({ name, attributes }) => {
    const element: Growing = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    if (open.length > MAX_DEPTH) throw refuse(words('exchange.listTooDeep', { limit: MAX_DEPTH }));
    if (++elementCount > MAX_ELEMENTS) throw refuse(words('exchange.xmlTooMany', { limit: MAX_ELEMENTS }));
    open.at(-1)?.children.push(element);
    open.push(element);
  };
  parser.onclosetag = () => {
    const element = open.pop();
    if (element !== undefined) element.text = element.text.trim();
  };
  parser.ontext = parser.oncdata = (piece) => {
    const element = open.at(-1);
    if (element !== undefined && element.text.length < MAX_TEXT_LENGTH) element.text += piece.slice(0, MAX_TEXT_LENGTH);
  };

  for (let at = 0; at < text.length; at += PIECE_LENGTH) {
    await turn();
    parser.write(text.slice(at, at + PIECE_LENGTH));
  }
  parser.close();
  const [first] = root.children;
  if (first === undefined) throw refuse(words('exchange.xmlNotWellFormed', { problem: 'no element' }));
  return first;
}

/** All elements of this name below `element`, at any depth, in their order. */
export function findAll(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => (child.name === name ? [child] : findAll(child, name)));
}

/** The first child of this name; of several names, one inside the other. */
export function childOf(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), element);
}

/** The text of the first child of this name; '' where there is none. */
export function textIn(element: XmlElement | undefined, ...path: readonly string[]): string {
  return childOf(element, ...path)?.text ?? '';
}
