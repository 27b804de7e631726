process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
// What a command prints is compared without colours, wherever the tests run (CI systems ask for colours).
process.env['NO_COLOR'] = '1';
delete process.env['FORCE_COLOR'];
// Half of a synthesis is the CDK's own check of templates: `cdk synth` makes it, and test/lib/stacks/shapes.test.ts for every deployment.
process.env['CDK_VALIDATION'] = 'false';
// Jest asks for a hundred, and every refusal of the sandbox is an Error with a stack.
Error.stackTraceLimit = 20;
