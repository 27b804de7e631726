import type { Failure } from '../runs/schemas';
import { withShownDates } from './words';

/** Failures of ours whose message is a whole sentence for people; what AWS says needs its step and its name. */
const SENTENCES = /^(?:StepPutOff|NobodyTold|Undeliverable|UndeliveredMail|InvalidAddress)(?:Error)?$/;

/** Of these the message says what to do, too. */
const INSTRUCTIONS = /^(?:StepPutOff|Undeliverable|TwoPolicies)(?:Error)?$/;

/** Whether the message of a failure of this name says all, what to do included. */
export const saysAll = (error: string): boolean => INSTRUCTIONS.test(error);

/** A failure for people, its dates as a mail shows all dates. */
export const explain = ({ step, error, message }: Pick<Failure, 'step' | 'error' | 'message'>): string =>
  withShownDates(
    SENTENCES.test(error) ? `${(message[0] ?? '').toUpperCase()}${message.slice(1)}.` : `${step} failed: ${error}: ${message}`,
  );
