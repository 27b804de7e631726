import { readOutputs } from '../../../cli/deployment/outputs';

const OUTPUTS = {
  OrchestratorFunctionName: 'orchestrator',
  RotatorFunctionName: 'rotator',
  ReporterFunctionName: 'reporter',
  MemberRoleName: 'member',
  ExemptionGroupName: 'group',
  ResultsBucketName: 'results',
  Sender: 'keys@acme.test',
  DryRun: 'true',
};
const read = (outputs: object) => readOutputs(new Map(Object.entries(outputs)), 'Keys (CREATE_FAILED)');

it('reads what the stack says of itself', () => {
  expect(read({ ...OUTPUTS, Other: 'x' })).toEqual({
    orchestrator: 'orchestrator',
    rotator: 'rotator',
    reporter: 'reporter',
    memberRole: 'member',
    exemptionGroup: 'group',
    resultsBucket: 'results',
    sender: 'keys@acme.test',
    dryRun: true,
  });
  expect(read({ ...OUTPUTS, DryRun: 'false' }).dryRun).toBe(false);
});

it.each(Object.keys(OUTPUTS))('names %s when it is missing', (name) => {
  const others = Object.entries(OUTPUTS).filter(([one]) => one !== name);
  expect(() => read(Object.fromEntries(others))).toThrow(`the stack Keys (CREATE_FAILED) has no output ${name}: deploy this version`);
});
