import Handlebars from 'handlebars';
import { ServiceError } from '../../kernel/service-error';
import type { MailTemplate } from '../../kernel/world';

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Template.html */
const maxDataLength = 262_144;
const compiled = new Map<string, Handlebars.TemplateDelegate>();

interface Rendered {
  subject: string;
  html?: string;
  text?: string;
  renderingFailure?: string;
}

/**
 * Renders a template as SES does: without escaping, and failing on a value that the data lacks. A failure is part of the result, because
 * SES accepts such mail and then drops it.
 */
export function renderTemplate({ subject, html, text }: MailTemplate, data: string): Rendered {
  const values = parse(data);
  try {
    return {
      subject: render(subject, values),
      ...(html !== undefined && { html: render(html, values) }),
      ...(text !== undefined && { text: render(text, values) }),
    };
  } catch (error) {
    return { subject: '', renderingFailure: error instanceof Error ? error.message : String(error) };
  }
}

function render(source: string, values: unknown): string {
  const template = compiled.get(source) ?? Handlebars.compile(source, { noEscape: true, strict: true });
  compiled.set(source, template);
  return template(values);
}

function parse(data: string): unknown {
  if (data.length > maxDataLength) {
    throw new ServiceError('BadRequestException', `TemplateData must be at most ${maxDataLength} characters, got ${data.length}`);
  }
  try {
    return JSON.parse(data);
  } catch {
    throw new ServiceError('BadRequestException', 'TemplateData is not valid JSON');
  }
}
