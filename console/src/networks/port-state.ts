import { useTranslation } from 'react-i18next';

/** `forwarding` is the kernel's word for a bridge port that passes frames; the rest are Viaduct's. */
const states = {
  planned: 'planned',
  plugged: 'plugged',
  up: 'up',
  gone: 'gone',
  cut: 'cut',
  forwarding: 'up',
  down: 'down',
  disabled: 'down',
  learning: 'learning',
  listening: 'learning',
  blocking: 'blocking',
} as const;

/** The state of a port in words; as it came where it is not known. */
export function usePortStateText(): (state: string) => string {
  const { t } = useTranslation();
  return (state) => (state in states ? t(`ports.states.${states[state as keyof typeof states]}`) : state);
}
