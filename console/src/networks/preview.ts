import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../lib/api.ts';

/** Asks the daemon what a definition would become and do, once typing pauses for 250 ms. */
export function usePreview(text: string | undefined) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    queryKey: ['network.preview', settled],
    queryFn: ({ signal }) => call('network.preview', { text: settled ?? '' }, signal),
    enabled: settled !== undefined && settled.trim() !== '',
    retry: false,
    placeholderData: keepPreviousData,
  });
  /** True when the answer is to the text as it stands now. */
  const isCurrent = text === settled && !query.isPlaceholderData && !query.isFetching;
  return { ...query, isGood: isCurrent && query.isSuccess };
}
