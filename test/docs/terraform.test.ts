import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PUT_OFF_ERROR } from '../../lambda/rotator/memory/put-off';
import { TAG_PREFIX } from '../../lambda/shared/names';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs/terraform.md'), 'utf8');
const putOff = readFileSync(join(root, 'lambda/rotator/memory/put-off.ts'), 'utf8');

describe('docs/terraform.md', () => {
  it('has Terraform ignore the tags that we set', () => {
    expect(page).toContain(`key_prefixes = ["${TAG_PREFIX}"]`);
  });

  it('is where the failure that names it leads, and explains each action that puts a step off there', () => {
    expect(page).toContain(PUT_OFF_ERROR);
    const [, causes = ''] = /const CAUSES[^{]*\{([\s\S]*?)\n\};/.exec(putOff) ?? [];
    expect(causes).toContain('docs/terraform.md');
    const actions = [...causes.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, name = '']) => name).filter((name) => name !== 'skip');
    expect(actions.length).toBeGreaterThan(3);
    expect(actions.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
