import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeysSandbox } from '../../helpers/keys-sandbox';
import { Model } from '../../helpers/model';
import { inTerminal } from '../../helpers/terminal';
import { populate } from './by-hand';
import { callsOf, wordsOf, type MakeScene } from './scene';

const QUESTION = 'Shall this be done?';

/** A model whose client cannot ask, and a person in a terminal on the same machine, who says yes. */
export const withModel =
  (box: KeysSandbox): MakeScene =>
  (policy) => {
    const keys = populate(box);
    const [operator] = box.user('operator', [{ days: 10, usedDaysAgo: 0 }], policy && { operator: policy });
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    let model: Model | undefined;
    const leave = async (): Promise<void> => {
      await model?.leave();
      model = undefined;
    };
    return Promise.resolve({
      keys,
      calls: () => callsOf(box.sandbox.calls, 'operator'),
      async run(line) {
        const words = wordsOf(line);
        if (words[0] === 'mcp') {
          await leave();
          model = await Model.connected(box, { args: words.slice(1), as: box.as(operator!), environment: { HOME: home } });
          return '';
        }
        if (words[0] === 'approve') {
          const { out } = await inTerminal(home, words, [{ key: 'y', at: QUESTION }]);
          return spoken(out);
        }
        const [, tool = '', input = '{}'] = /^(\w+) (.*)$/.exec(line) ?? [];
        const answer = await model!.call(tool, JSON.parse(input) as Record<string, unknown>);
        return `${typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2)}\n`;
      },
      end: leave,
    });
  };

/** Without what the terminal shows while the question is answered. */
const spoken = (out: string): string => out.replace(/│\n◆ [^]*?└[^]*?│ {2}Yes\n/, `◆  ${QUESTION}  Yes\n`);
