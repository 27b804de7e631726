import { RotationError } from '../../lambda/shared/errors';

/** What the central stack says of itself in its outputs. */
export interface StackOutputs {
  orchestrator: string;
  rotator: string;
  reporter: string;
  /** Absent in deployments of older versions. */
  mailEvents?: string;
  memberRole: string;
  exemptionGroup: string;
  resultsBucket: string;
  sender: string;
  dryRun: boolean;
}

/** Reads the outputs that every version has; throws a RotationError that names one that is missing. `stack` is how the stack is called there. */
export function readOutputs(outputs: ReadonlyMap<string, string>, stack: string): StackOutputs {
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value !== undefined) return value;
    throw new RotationError(`the stack ${stack} has no output ${name}: deploy this version with npx cdk deploy, then ask again`);
  };
  const mailEvents = outputs.get('MailEventsFunctionName');
  return {
    orchestrator: output('OrchestratorFunctionName'),
    rotator: output('RotatorFunctionName'),
    reporter: output('ReporterFunctionName'),
    ...(mailEvents !== undefined && { mailEvents }),
    memberRole: output('MemberRoleName'),
    exemptionGroup: output('ExemptionGroupName'),
    resultsBucket: output('ResultsBucketName'),
    sender: output('Sender'),
    dryRun: output('DryRun') === 'true',
  };
}
