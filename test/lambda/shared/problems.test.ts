import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemOf, PROBLEMS, type ProblemName } from '../../../lambda/shared/problems';

const names = Object.keys(PROBLEMS) as ProblemName[];
const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'key-api.md'), 'utf8');

it.each(names)('%s is said as RFC 9457 has it, and is on the page with its status', (name) => {
  const problem = problemOf(name);
  expect(problem).toEqual({ type: `urn:iam-key-rotation:problem:${name}`, ...PROBLEMS[name] });
  expect([problem.status >= 400, problem.status < 600, problem.detail.endsWith('.')]).toEqual([true, true, true]);
  const row = page.split('\n').find((line) => line.includes(`\`${name}\``) && /^\| +\d{3} /.test(line));
  expect(row).toMatch(new RegExp(`^\\| +${problem.status} `));
});

it('holds nothing that a template or a header could take for its own', () => {
  // Gateway responses are Velocity templates: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
  expect(JSON.stringify(PROBLEMS)).not.toMatch(/[$#\\]|\\n/);
});
