import { checkTemplate, type MailTemplateSource } from '../../../lambda/mail/check-templates';
import { templateData } from '../../../lambda/mail/escape';
import { ConfigurationError } from '../../../lambda/shared/errors';

const sample = templateData({
  accountName: 'Payments',
  count: 3,
  clean: true,
  nested: { owner: 'x' },
  empty: [],
  sections: [{ title: 'A', items: [{ user: 'alice', keyId: 'AKIA' }] }],
});
const template = (overrides: Partial<MailTemplateSource>): MailTemplateSource => ({
  name: 'digest',
  subject: '{{text.accountName}}',
  html: '<p>{{html.accountName}}</p>',
  text: '{{text.accountName}}',
  ...overrides,
});
const check = (overrides: Partial<MailTemplateSource>) => () => {
  checkTemplate(template(overrides), sample);
};

it.each([
  ['nested paths and numbers', '{{html.nested.owner}} {{html.count}}'],
  ['lists in lists with this', '{{#each html.sections}}{{this.title}}{{#each this.items}}{{this.user}}{{keyId}}{{/each}}{{/each}}'],
  ['conditions that do not change what this is', '{{#each html.sections}}{{#if this.title}}{{this.title}}{{else}}none{{/if}}{{/each}}'],
  ['else-if chains', '{{#if html.clean}}a{{else if html.count}}b{{else}}{{html.count}}{{/if}}'],
  [
    'paths outwards',
    '{{#each html.sections}}{{../html.accountName}}{{#each this.items}}{{../title}}{{../../html.count}}{{/each}}{{/each}}',
  ],
  ['comments', '{{! why }}ok'],
])('accepts %s', (_, html) => {
  expect(check({ html })).not.toThrow();
});

it.each([
  ['a misspelt variable', '{{html.acountName}}', '"html.acountName" is not in the data; the nearest known path is "html.accountName"'],
  ['a misspelt item', '{{#each html.sections}}{{#each this.items}}{{this.usr}}{{/each}}{{/each}}', 'nearest known path is "this.user"'],
  ['a misspelt path outwards', '{{#each html.sections}}{{../html.acountName}}{{/each}}', 'nearest known path is "../html.accountName"'],
  ['a misspelt list', '{{#each html.section}}x{{/each}}', 'nearest known path is "html.sections"'],
  ['a misspelt condition', '{{#if html.claen}}x{{/if}}', 'nearest known path is "html.clean"'],
  ['a mistake in an else branch', '{{#if html.clean}}x{{else}}{{html.cuont}}{{/if}}', 'nearest known path is "html.count"'],
  ['more steps outwards than there are', '{{#each html.sections}}{{../../html.count}}{{/each}}', '"../../html.count" is not in the data'],
  ['a path into the prototype', '{{html.constructor}}', '"html.constructor" is not in the data'],
  ['an object', '{{html.nested}}', '"html.nested" is not a text or a number'],
  ['a list', '{{html.sections}}', '"html.sections" is not a text or a number'],
  ['a boolean', '{{html.clean}}', '"html.clean" is not a text or a number'],
  ['each over a text', '{{#each html.accountName}}x{{/each}}', '"html.accountName" is not a list'],
  ['a list that the sample leaves empty', '{{#each html.empty}}x{{/each}}', 'empty list for "html.empty"'],
  ['unescaped values in HTML', '{{text.accountName}}', '"text.accountName" does not start with "html."'],
  ['another block helper', '{{#unless html.clean}}x{{/unless}}', 'the block "unless" is not one'],
  ['with', '{{#with html.nested}}x{{/with}}', 'the block "with" is not one'],
  ['a helper', '{{lookup html.sections 0}}', 'the helper "lookup" does not exist'],
  ['a partial', '{{> footer}}', 'a PartialStatement does not exist'],
  ['block parameters', '{{#each html.sections as |s|}}x{{/each}}', 'block parameters'],
  ['data variables', '{{#each html.sections}}{{@index}}{{/each}}', '"@index" is not supported by SES'],
  ['a literal', '{{#if true}}x{{/if}}', 'a BooleanLiteral stands where only a path may'],
])('refuses %s', (_, html, message) => {
  expect(check({ html })).toThrow(message);
});

it('names template, part and line', () => {
  expect(check({ html: '<p>\n\n{{html.wrong}}</p>' })).toThrow(/^template digest, html, line 3: "html\.wrong"/);
});

it('takes escaped values in text parts and subjects for a mistake', () => {
  expect(check({ text: '{{html.accountName}}' })).toThrow('template digest, text, line 1: "html.accountName" does not start with "text."');
  expect(check({ subject: '{{html.accountName}}' })).toThrow('template digest, subject, line 1');
});

it('suggests only paths that the part may use', () => {
  expect(check({ html: '{{texd.count}}' })).toThrow('nearest known path is "html.count"');
});

it('refuses a subject of more than one line and an empty part', () => {
  expect(check({ subject: 'a\n' })).toThrow('template digest, subject: must be a single line');
  expect(check({ text: ' \n' })).toThrow('template digest, text: is empty');
});

it('reports broken syntax with its line', () => {
  expect(check({ html: '\n{{#if html.clean}}' })).toThrow(/template digest, html: Parse error on line 2/);
});

it('lists every mistake of every part in one error', () => {
  const error = (() => {
    try {
      check({ html: '{{html.a}}\n{{html.b}}', text: '{{text.c}}' })();
    } catch (caught) {
      return caught;
    }
    return undefined;
  })();
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as Error).message.split('\n')).toEqual([
    expect.stringContaining('html, line 1: "html.a"'),
    expect.stringContaining('html, line 2: "html.b"'),
    expect.stringContaining('text, line 1: "text.c"'),
  ]);
});

it('wants a path in every element of a list, not only in the first', () => {
  const uneven = { html: { list: [{ a: '1', b: '2' }, { a: '1' }] }, text: { subject: 'x' } };
  const source = { name: 'x', subject: '{{text.subject}}', text: 'x', html: '{{#each html.list}}{{this.b}}{{/each}}' };
  expect(() => {
    checkTemplate(source, uneven);
  }).toThrow('"this.b" is not in the data');
});
