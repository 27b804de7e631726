const isJoin = (value: object): value is { 'Fn::Join': [delimiter: string, items: unknown[]] } => 'Fn::Join' in value;
const isSub = (value: object): value is { 'Fn::Sub': unknown } => 'Fn::Sub' in value;
const isGetAtt = (value: object): value is { 'Fn::GetAtt': [resource: unknown, attribute: unknown] } => 'Fn::GetAtt' in value;
const isRef = (value: object): value is { Ref: unknown } => 'Ref' in value;

/**
 * A value of a template as one line, references as `<Name>` and `<Name.Attribute>`, what it does not know as JSON: the spelling by which
 * cdk-nag tells findings apart (https://github.com/cdklabs/cdk-nag).
 */
export function flattenReference(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isJoin(value)) return value['Fn::Join'][1].map(flattenReference).join(value['Fn::Join'][0]);
  if (isSub(value)) return flattenReference(value['Fn::Sub']);
  if (isGetAtt(value)) return `<${value['Fn::GetAtt'].map(flattenReference).join('.')}>`;
  if (isRef(value)) return `<${flattenReference(value.Ref)}>`;
  return JSON.stringify(value);
}
