import type { Fault } from '../../../sandbox/kernel/faults';
import type { Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';

/**
 * What a run has to make of an answer. `overcome`: everything is done and there is no failure. `named`: a failure names account, user and
 * cause. `told`: one of both, or the user's action says why it was put off or what is left to tidy up; nothing fails silently.
 */
export type Expectation = 'overcome' | 'named' | 'told';

/** One answer of AWS at one point of a run. */
export interface Combination {
  /** `iam:TagUser`. */
  operation: string;
  title: string;
  /** The one user it hits; absent when it hits the account as a whole. */
  victim?: string;
  /** The users whose work it may put off. */
  concerns: readonly string[] | 'everyone';
  /** When it is named, these users are where they were; `everyone`: the account has failed, and its event is kept. */
  untouched?: readonly string[] | 'everyone';
  /** What it comes to is made in the function's handler, which only the bundles have. */
  handled?: boolean;
  /** It hits the innocent account beside as well. */
  everywhere?: boolean;
  inject: (kit: Kit, account: Account) => Fault[];
  expect: Expectation;
  /** How the failure is worded. */
  shows: RegExp;
  /** Lambda repeats the whole invocation, and what is stored is the result of the repeat. */
  retold?: boolean;
  /** What people were told in this run is not remembered, so that they are told again. */
  untold?: boolean;
  /** The call is slower than the time limit of its client. */
  slow?: boolean;
  /** The victim does not exist afterwards. */
  gone?: boolean;
  /** What a line of the log says about an answer that has another way around it. */
  logged?: RegExp;
  /** What a person does before the next run. */
  repair?: (kit: Kit, account: Account) => void;
  /** The victim's end state where it is another than the undisturbed one, because a person did something meanwhile; from all undisturbed ones. */
  endsAs?: (undisturbed: ReadonlyMap<string, string>) => string;
}
