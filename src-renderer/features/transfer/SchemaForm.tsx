import { NumberInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MessageKey } from '../../i18n/i18n.ts';
import type { FormField, FormValues } from './schema-form.ts';

interface SchemaFormProps {
  readonly fields: readonly FormField[];
  readonly values: FormValues;
  readonly onChange: (values: FormValues) => void;
}

/** A form made from a format's options schema. */
export function SchemaForm({ fields, values, onChange }: SchemaFormProps) {
  return (
    <Stack gap="md">
      {fields.map((field) => (
        <SchemaControl
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </Stack>
  );
}

interface SchemaControlProps {
  readonly field: FormField;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function SchemaControl({ field, value, onChange }: SchemaControlProps) {
  const words = useFormWords();
  const { name } = field;
  const names = words.nameOf(field);
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          {...names}
          name={name}
          data={field.choices.map((choice) => ({ value: choice, label: words.choice(choice) }))}
          value={typeof value === 'string' ? value : null}
          onChange={onChange}
        />
      );
    case 'toggle':
      return (
        <Switch label={field.label} name={name} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
      );
    case 'number':
      return (
        <NumberInput
          {...names}
          name={name}
          {...(field.min !== null && { min: field.min })}
          {...(field.max !== null && { max: field.max })}
          allowDecimal={!field.isInteger}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    case 'text': {
      const shared = {
        ...names,
        name,
        value: typeof value === 'string' ? value : '',
        ...(field.maxLength !== null && { maxLength: field.maxLength }),
      };
      return field.isLong ? (
        <Textarea {...shared} autosize minRows={2} maxRows={6} onChange={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <TextInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />
      );
    }
  }
}

/** Options and values that many formats share have short words of their own; any other is shown as its format describes it. */
function useFormWords() {
  const { t, i18n } = useTranslation();
  const wordFor = (key: string): string | null => (i18n.exists(key) ? t(key as MessageKey & `transfer.${string}`) : null);
  return {
    choice: (value: string): string => wordFor(`transfer.choices.${value}`) ?? value,
    nameOf: ({ name, label }: FormField): { readonly label: string; readonly description?: string } => {
      const short = wordFor(`transfer.options.${name}`);
      return short === null ? { label } : { label: short, description: label };
    },
  };
}
