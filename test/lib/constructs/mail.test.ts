import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mailHtml } from '../../../lib/constructs/mail-html';
import { centralTemplate, resourcesOf } from '../synth';

const folder = join(__dirname, '..', '..', '..', 'templates');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

it.each(['digest', 'digest-audit', 'summary'])('deploys the template %s as templates/ has it', (name) => {
  const templates = Object.values(resourcesOf(centralTemplate(), 'AWS::SES::Template')).map(({ Properties }) => Properties['Template']);
  expect(templates).toContainEqual({
    TemplateName: `iam-key-rotation-${name}`,
    SubjectPart: read(`${name}.subject.txt`).trim(),
    HtmlPart: mailHtml(name),
    TextPart: read(`${name}.txt`),
  });
});
