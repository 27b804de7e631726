import type { Part } from '../part';
import { accounts } from './accounts';
import { actions } from './actions';
import { bundles } from './bundles';
import { commands } from './commands';
import { costs } from './costs';
import { credentials } from './credentials';
import { orchestrator } from './orchestrator';
import { organization } from './organization';
import { quietDay } from './quiet-day';
import { report } from './report';
import { speed } from './speed';
import { start } from './start';

/** Everything that can be measured, in the order in which it is. */
export const PARTS: readonly Part[] = [
  actions,
  accounts,
  quietDay,
  orchestrator,
  organization,
  report,
  bundles,
  start,
  commands,
  credentials,
  speed,
  costs,
];
