import {
  Bullseye,
  Button,
  Card,
  CardBody,
  CardTitle,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../lib/live.ts';
import { logIn } from '../lib/session.ts';

/** Asks for the token of this host. */
export function Login() {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const enter = async (): Promise<void> => {
    setBusy(true);
    const refused = await logIn(token).catch(String);
    setRefusal(refused);
    setBusy(false);
    if (refused === undefined) await queryClient.resetQueries();
  };
  return (
    <Bullseye>
      <Card style={{ width: 'min(28rem, 95vw)' }}>
        <CardTitle component="h1">{t('login.title')}</CardTitle>
        <CardBody>
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              void enter();
            }}
          >
            <FormGroup label={t('login.token')} fieldId="token">
              <TextInput
                id="token"
                type="password"
                autoComplete="current-password"
                autoFocus
                value={token}
                validated={refusal === undefined ? 'default' : 'error'}
                onChange={(_event, value) => setToken(value)}
              />
              <FormHelperText>
                <HelperText>
                  <HelperTextItem variant={refusal === undefined ? 'default' : 'error'}>{refusal ?? t('login.where')}</HelperTextItem>
                </HelperText>
              </FormHelperText>
            </FormGroup>
            <Button type="submit" isDisabled={busy || token === ''} isLoading={busy}>
              {t('login.enter')}
            </Button>
          </Form>
        </CardBody>
      </Card>
    </Bullseye>
  );
}
