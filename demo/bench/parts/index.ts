import type { Part } from '../part';
import type * as Accounts from './accounts';
import type * as Actions from './actions';
import type * as Bundles from './bundles';
import type * as Commands from './commands';
import type * as Costs from './costs';
import type * as Credentials from './credentials';
import type * as Orchestrator from './orchestrator';
import type * as Organization from './organization';
import type * as QuietDay from './quiet-day';
import type * as Report from './report';
import type * as Speed from './speed';
import type * as Start from './start';

/** Everything that can be measured, in the order in which it is; what a part measures with is loaded when it does. */
export const PARTS: readonly Part[] = [
  {
    name: 'actions',
    title: 'calls per key issued, disabled, deleted',
    measure: (context) => (require('./actions') as typeof Actions).actions.measure(context),
  },
  {
    name: 'accounts',
    title: 'the rotator in one account: calls, time, memory',
    measure: (context) => (require('./accounts') as typeof Accounts).accounts.measure(context),
  },
  {
    name: 'quiet-day',
    title: 'a quiet day of the whole deployment: the calls of every function',
    measure: (context) => (require('./quiet-day') as typeof QuietDay).quietDay.measure(context),
  },
  {
    name: 'orchestrator',
    title: 'the orchestrator by number of accounts: time, memory, calls',
    measure: (context) => (require('./orchestrator') as typeof Orchestrator).orchestrator.measure(context),
  },
  {
    name: 'organization',
    title: 'one day of the whole organization: orchestrator, every rotator, reporter',
    long: true,
    measure: (context) => (require('./organization') as typeof Organization).organization.measure(context),
  },
  {
    name: 'report',
    title: 'the reporter over all accounts, and its page in a browser: time, memory, sizes',
    long: true,
    measure: (context) => (require('./report') as typeof Report).report.measure(context),
  },
  {
    name: 'bundles',
    title: 'the functions’ bundles: sizes and what is in them',
    measure: (context) => (require('./bundles') as typeof Bundles).bundles.measure(context),
  },
  {
    name: 'start',
    title: 'cold starts: from the start of the process to the first AWS call',
    measure: (context) => (require('./start') as typeof Start).start.measure(context),
  },
  {
    name: 'commands',
    title: 'iam-keys: what a person waits for until there is help, and until AWS is asked',
    measure: (context) => (require('./commands') as typeof Commands).commands.measure(context),
  },
  {
    name: 'credentials',
    title: 'iam-keys credentials: what a program waits for when nothing is due',
    measure: (context) => (require('./credentials') as typeof Credentials).credentials.measure(context),
  },
  {
    name: 'speed',
    title: 'plan(): keys per second; the sandbox: calls per second; npm start: 120 days',
    measure: (context) => (require('./speed') as typeof Speed).speed.measure(context),
  },
  {
    name: 'costs',
    title: 'a month’s bill, from measured calls and durations',
    measure: (context) => (require('./costs') as typeof Costs).costs.measure(context),
  },
];
