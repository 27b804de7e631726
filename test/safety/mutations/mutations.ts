import { ANSWERING } from './answers';
import { TELLING_PROGRAMS } from './bus';
import { CENTRALLY } from './central';
import { CHAINING } from './chain';
import { DECIDING } from './deciding';
import { PROVING } from './evidence';
import { ISSUING } from './issuing';
import { HANDING_OUT } from './key-api';
import { KEEPING } from './secrets';
import type { Mutation } from './mutation';
import { SIDE_POLICIES } from './policies';
import { PROMISING } from './promises';
import { READING } from './reading';
import { RUNNING } from './running';

/** Every seeded bug. */
export const MUTATIONS: readonly Mutation[] = [
  ...ISSUING,
  ...HANDING_OUT,
  ...CENTRALLY,
  ...DECIDING,
  ...PROVING,
  ...PROMISING,
  ...TELLING_PROGRAMS,
  ...ANSWERING,
  ...KEEPING,
  ...READING,
  ...RUNNING,
  ...CHAINING,
  ...SIDE_POLICIES,
];
