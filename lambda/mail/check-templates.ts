import { closest } from 'fastest-levenshtein';
import Handlebars from 'handlebars';
import { ConfigurationError } from '../shared/errors';
import type { TemplateData } from './escape';
import { knownPaths, lookUp, outward, type Scope } from './template-scope';

/** One SES template as it is deployed. */
export interface MailTemplateSource {
  name: string;
  subject: string;
  html: string;
  text: string;
}

type Part = 'subject' | 'html' | 'text';
type Report = (node: hbs.AST.Node, mistake: string) => void;
/** What the parser really returns: the published types call these always present. */
type Body = Pick<hbs.AST.Program, 'body' | 'type' | 'loc'> & { blockParams?: string[] };
type Call = hbs.AST.Statement & { path: hbs.AST.Expression; params: hbs.AST.Expression[]; hash?: hbs.AST.Hash };
type Block = Call & { program?: Body; inverse?: Body };

const isPath = (node: hbs.AST.Node): node is hbs.AST.PathExpression => node.type === 'PathExpression';
const isBlock = (node: hbs.AST.Statement): node is Block => node.type === 'BlockStatement';
const isMustache = (node: hbs.AST.Statement): node is Call => node.type === 'MustacheStatement';
const nameOf = (node: hbs.AST.Node): string => (isPath(node) ? node.original : node.type);

function resolve(path: hbs.AST.Expression, scope: Scope, root: string, report: Report): unknown[] | undefined {
  if (!isPath(path)) {
    report(path, `a ${path.type} stands where only a path may`);
    return undefined;
  }
  if (path.data) {
    report(path, `"${path.original}" is not supported by SES; use paths into the data only`);
    return undefined;
  }
  const from = outward(scope, path.depth);
  const found = from && lookUp(from, path.parts);
  if (from === undefined || found === undefined) {
    const other = root === 'html' ? 'text' : 'html';
    const known = knownPaths(scope).filter((candidate) => candidate.replaceAll('../', '').split('.')[0] !== other);
    const nearest = closest(path.original, known);
    report(path, `"${path.original}" is not in the data; the nearest known path is "${nearest}"`);
    return undefined;
  }
  if (from.parent === undefined && path.parts[0] !== root) {
    report(path, `"${path.original}" does not start with "${root}."; HTML takes html.… (escaped), subject and text take text.…`);
    return undefined;
  }
  return found;
}

function checkMustache(node: Call, scope: Scope, root: string, report: Report): void {
  if (node.params.length > 0 || node.hash !== undefined) {
    report(node, `the helper "${nameOf(node.path)}" does not exist in SES`);
    return;
  }
  const values = resolve(node.path, scope, root, report);
  if (values?.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    report(node, `"${nameOf(node.path)}" is not a text or a number and cannot be printed`);
  }
}

function checkBlock(node: Block, scope: Scope, root: string, report: Report): void {
  const helper = nameOf(node.path);
  const [path, ...more] = node.params;
  if ((helper !== 'each' && helper !== 'if') || path === undefined || more.length > 0 || node.hash !== undefined) {
    report(node, `the block "${helper}" is not one that SES templates may use here: {{#each path}} and {{#if path}} are`);
    return;
  }
  const values = resolve(path, scope, root, report);
  if (values === undefined) return;
  if (node.inverse !== undefined) checkProgram(node.inverse, scope, root, report);
  if (node.program === undefined) return;
  if (helper === 'if') {
    checkProgram(node.program, scope, root, report);
    return;
  }
  const elements = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
  if (!values.every(Array.isArray)) report(node, `"${nameOf(path)}" is not a list`);
  else if (elements.length === 0) report(node, `the sample has an empty list for "${nameOf(path)}"`);
  else checkProgram(node.program, { values: elements, parent: scope }, root, report);
}

function checkProgram(program: Body, scope: Scope, root: string, report: Report): void {
  if (program.blockParams !== undefined && program.blockParams.length > 0)
    report(program, 'block parameters (as |name|) do not exist in SES');
  for (const node of program.body) {
    if (isMustache(node)) checkMustache(node, scope, root, report);
    else if (isBlock(node)) checkBlock(node, scope, root, report);
    else if (node.type !== 'ContentStatement' && node.type !== 'CommentStatement') report(node, `a ${node.type} does not exist in SES`);
  }
}

function mistakesIn(template: string, part: Part, source: string, sample: object): string[] {
  const where = `template ${template}, ${part}`;
  const mistakes: string[] = [];
  if (source.trim() === '') return [`${where}: is empty`];
  if (part === 'subject' && /[\r\n]/.test(source)) mistakes.push(`${where}: must be a single line`);
  try {
    const root = part === 'html' ? 'html' : 'text';
    checkProgram(Handlebars.parse(source), { values: [sample] }, root, (node, mistake) => {
      mistakes.push(`${where}, line ${node.loc.start.line}: ${mistake}`);
    });
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    mistakes.push(`${where}: ${cause.message}`);
  }
  return mistakes;
}

/**
 * Checks that SES can render the template from such data; throws one ConfigurationError that names template, part, line and path of
 * every mistake. SES itself accepts a template whose variable is missing and then delivers nothing:
 * https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html
 */
export function checkTemplate(template: MailTemplateSource, sample: TemplateData<object>): void {
  const { name, subject, html, text } = template;
  const mistakes = [
    ...mistakesIn(name, 'subject', subject, sample),
    ...mistakesIn(name, 'html', html, sample),
    ...mistakesIn(name, 'text', text, sample),
  ];
  if (mistakes.length > 0) throw new ConfigurationError(mistakes.join('\n'));
}
