<?php
// The documented relation calls in PHP: one reply a line. Usage: php client.php URL TOKEN SECRET
[, $url, $token, $secret] = $argv;
const ACTION = 'urn:onoffice-de-ns:smart:2.5:smartml:action:';
const TYPE = 'urn:onoffice-de-ns:smart:2.5:relationTypes:';

// An action, signed. As onOffice's own SDK does, the identifier is null where there is none.
function action(string $verb, string $resourcetype, array $parameters, ?string $identifier = null, ?string $key = null): array
{
    global $token, $secret;
    $timestamp = time();
    $hmac = base64_encode(hash_hmac('sha256', $timestamp . $token . $resourcetype . ACTION . $verb, $key ?? $secret, true));
    return [
        'actionid' => ACTION . $verb,
        'resourceid' => '',
        'identifier' => $identifier,
        'resourcetype' => $resourcetype,
        'timestamp' => $timestamp,
        'hmac' => $hmac,
        'hmac_version' => '2',
        'parameters' => $parameters,
    ];
}

function post(array ...$actions): void
{
    global $url, $token;
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_POST => true,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
        CURLOPT_POSTFIELDS => json_encode(['token' => $token, 'request' => ['actions' => $actions]]),
    ]);
    echo curl_exec($curl), "\n";
}

$participant = ['relationtype' => TYPE . 'calendar:address'];
$buyer = ['relationtype' => TYPE . 'estate:address:buyer'];
post(action('create', 'relation', $participant + ['parentid' => [2909], 'childid' => [10821, 10823]]));
post(action('create', 'relation', $participant + ['parentid' => 671, 'childid' => '153']));
post(action('get', 'idsfromrelation', $participant + ['parentids' => [2909, 359]]));
post(action('get', 'idsfromrelation', $participant + ['parentids' => [], 'childids' => [153], 'listlimit' => 500, 'listoffset' => 0]));
post(action('modify', 'relation', $participant + ['parentid' => [2909], 'childid' => [10821], 'relationinfo' => ['statusTerminbestaetigung' => 'bestätigt']]));
post(action('delete', 'relation', $participant + ['parentid' => 2909, 'childid' => 10823]));
post(
    action('create', 'relation', $buyer + ['parentid' => [1001], 'childid' => [5001]], 'a'),
    action('create', 'relation', $buyer + ['parentid' => [1001], 'childid' => [9000]], 'b'),
    action('get', 'idsfromrelation', $buyer + ['childids' => [5001]], 'c'),
);
post(action('get', 'idsfromrelation', $participant + ['parentids' => [2909]], null, 'not the secret'));
