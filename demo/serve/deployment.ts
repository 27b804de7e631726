import type { StackState } from '../../sandbox/kernel/world';

/** What the deployed stack says about itself. */
export interface Deployment {
  orchestrator: string;
  rotator: string;
  reporter: string;
  memberRole: string;
  exemptionGroup: string;
  resultsBucket: string;
  dryRun: boolean;
}

/** Reads the stack's outputs; throws an Error that names one that is missing. */
export function readDeployment(stacks: readonly StackState[]): Deployment {
  const outputs = Object.assign({}, ...stacks.map((stack) => stack.outputs)) as Readonly<Record<string, string>>;
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`the deployed stack has no output ${name}; it has: ${Object.keys(outputs).join(', ')}`);
    return value;
  };
  return {
    orchestrator: output('OrchestratorFunctionName'),
    rotator: output('RotatorFunctionName'),
    reporter: output('ReporterFunctionName'),
    memberRole: output('MemberRoleName'),
    exemptionGroup: output('ExemptionGroupName'),
    resultsBucket: output('ResultsBucketName'),
    dryRun: output('DryRun') === 'true',
  };
}
