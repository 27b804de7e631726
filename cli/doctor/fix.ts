import { asksNobody, confirm } from '../base/ask';
import type { Change } from '../base/options';
import { explained } from '../base/program';
import { nextStep } from '../base/next-step';
import { attempt, type Finding, type Repair } from './finding';

/** One offer, and what became of it. */
export interface Offer extends Pick<Repair, 'action' | 'input' | 'changes'> {
  check: string;
  /** `not asked`: there was nobody to ask; `failed`: AWS refused it, or could not do it. */
  outcome: 'done' | 'failed' | 'declined' | 'not asked' | 'dry run';
  /** Why it failed, and what to do about that. */
  detail?: string;
  next?: string;
}

/** What is told while offers are made. */
export interface Telling {
  /** Before anything is asked. */
  offered: (check: Finding, repair: Repair, place: string) => void;
  /** Afterwards, with what the check says then. */
  answered: (offer: Offer, found: Finding) => void;
}

/** What became of all offers, and the findings as they are afterwards. */
export interface Fixed {
  offers: Offer[];
  checks: Finding[];
}

/**
 * Offers the repairs of these findings, one by one. Nothing is called without a yes; one that fails keeps no other from being offered. Every
 * offer comes from what the doctor has just seen, so whoever was interrupted begins again and ends where they would have ended.
 */
export async function fix(checks: readonly Finding[], { yes, dryRun }: Change, telling: Telling): Promise<Fixed> {
  const sick = checks.filter(({ repairs = [] }) => repairs.length > 0);
  const fixed: Fixed = { offers: [], checks: [...checks] };
  for (const [index, finding] of sick.entries()) {
    let now = finding;
    for (const repair of finding.repairs ?? []) {
      telling.offered(finding, repair, `${index + 1} of ${sick.length}`);
      const offer = await answer(finding, repair, { yes, dryRun });
      if (offer.outcome === 'done') now = await lookAgain(finding, repair);
      fixed.offers.push(offer);
      telling.answered(offer, now);
      if (offer.outcome !== 'declined') break;
    }
    fixed.checks = fixed.checks.map((one) => (one === finding ? now : one));
  }
  return fixed;
}

/** The call as it is made, in one line. */
export const callOf = ({ action, input }: Pick<Repair, 'action' | 'input'>): string =>
  [action, ...Object.entries(input).map(([name, value]) => `${name}=${value}`)].join(' ');

async function answer({ check }: Finding, repair: Repair, { yes, dryRun }: Change): Promise<Offer> {
  const { action, input, changes } = repair;
  const offer = { check, action, input, changes };
  if (dryRun) return { ...offer, outcome: 'dry run' };
  if (!yes && asksNobody()) return { ...offer, outcome: 'not asked' };
  if (!(await confirm(`Call ${callOf(repair)}?`, { yes }))) return { ...offer, outcome: 'declined' };
  try {
    await repair.make();
    return { ...offer, outcome: 'done' };
  } catch (error) {
    const next = await nextStep(error);
    return { ...offer, outcome: 'failed', detail: explained(error), ...(next !== undefined && { next }) };
  }
}

async function lookAgain(before: Finding, { again }: Repair): Promise<Finding> {
  const [now = before] = await attempt(before.check, async () => [await again()]);
  return now;
}
