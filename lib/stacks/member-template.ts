import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ConfigurationError } from '../../lambda/shared/errors';
import { addChecks } from './checks';
import { MemberStack, type MemberProps } from './member-stack';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_BODY_CHARACTERS = 51_200;

/** A synthesized template. */
export type Template = Record<string, unknown>;

/** Synthesizes the member stack in an app of its own, with the same checks and feature flags; never touches the outer app's assembly. */
export function memberTemplate(props: MemberProps, context: Record<string, unknown>): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'member-template-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, postCliContext: { ...context, 'aws:cdk:enable-path-metadata': false } });
    addChecks(app);
    const stack = new MemberStack(app, 'Member', props);
    return app.synth().getStackArtifact(stack.artifactId).template as Template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The template as the text that a StackSet takes; throws a ConfigurationError when CloudFormation would refuse its length. */
export function templateBody(template: Template): string {
  const body = JSON.stringify(template);
  if (body.length <= MAX_BODY_CHARACTERS) return body;
  throw new ConfigurationError(`the member template has ${body.length} characters, CloudFormation takes at most ${MAX_BODY_CHARACTERS}`);
}
