SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';

SET standard_conforming_strings = on;

CREATE ROLE app;

ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;

CREATE ROLE postgres;

ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;

SET statement_timeout = 0;

SET lock_timeout = 0;

SET idle_in_transaction_session_timeout = 0;

SELECT pg_catalog.set_config('search_path', '', false);

SET check_function_bodies = false;

SET xmloption = content;

SET client_min_messages = warning;

SET row_security = off;

DROP PUBLICATION IF EXISTS pub;

DROP POLICY IF EXISTS p ON chat.chats;

ALTER TABLE IF EXISTS ONLY renders.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_user_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_plan_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.user_credits DROP CONSTRAINT IF EXISTS user_credits_user_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.renders DROP CONSTRAINT IF EXISTS renders_user_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.renders DROP CONSTRAINT IF EXISTS renders_reference_render_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.renders DROP CONSTRAINT IF EXISTS renders_project_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.renders DROP CONSTRAINT IF EXISTS renders_parent_render_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.renders DROP CONSTRAINT IF EXISTS renders_chain_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.render_chains DROP CONSTRAINT IF EXISTS render_chains_project_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.projects DROP CONSTRAINT IF EXISTS projects_user_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.gallery_items DROP CONSTRAINT IF EXISTS gallery_items_user_id_fkey;

ALTER TABLE IF EXISTS ONLY renders.gallery_items DROP CONSTRAINT IF EXISTS gallery_items_render_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.messages DROP CONSTRAINT IF EXISTS messages_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.messages DROP CONSTRAINT IF EXISTS messages_conversation_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journeys DROP CONSTRAINT IF EXISTS journeys_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_nodes DROP CONSTRAINT IF EXISTS journey_nodes_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_nodes DROP CONSTRAINT IF EXISTS journey_nodes_journey_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_node_executions DROP CONSTRAINT IF EXISTS journey_node_executions_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_node_executions DROP CONSTRAINT IF EXISTS journey_node_executions_node_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_node_executions DROP CONSTRAINT IF EXISTS journey_node_executions_journey_contact_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_contacts DROP CONSTRAINT IF EXISTS journey_contacts_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_contacts DROP CONSTRAINT IF EXISTS journey_contacts_journey_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_contacts DROP CONSTRAINT IF EXISTS journey_contacts_current_node_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_contacts DROP CONSTRAINT IF EXISTS journey_contacts_contact_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.conversations DROP CONSTRAINT IF EXISTS conversations_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.conversations DROP CONSTRAINT IF EXISTS conversations_contact_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.contacts DROP CONSTRAINT IF EXISTS contacts_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.call_logs DROP CONSTRAINT IF EXISTS call_logs_tenant_id_fkey;

ALTER TABLE IF EXISTS ONLY journeys.call_logs DROP CONSTRAINT IF EXISTS call_logs_contact_id_fkey;

ALTER TABLE IF EXISTS ONLY dchat.messages DROP CONSTRAINT IF EXISTS messages_sender_id_fkey;

ALTER TABLE IF EXISTS ONLY dchat.messages DROP CONSTRAINT IF EXISTS messages_receiver_id_fkey;

ALTER TABLE IF EXISTS ONLY dchat.groups DROP CONSTRAINT IF EXISTS groups_owner_id_fkey;

ALTER TABLE IF EXISTS ONLY dchat.group_members DROP CONSTRAINT IF EXISTS group_members_user_id_fkey;

ALTER TABLE IF EXISTS ONLY dchat.group_members DROP CONSTRAINT IF EXISTS group_members_group_id_fkey;

ALTER TABLE IF EXISTS ONLY chat.messages DROP CONSTRAINT IF EXISTS messages_user_id_fkey;

ALTER TABLE IF EXISTS ONLY chat.messages DROP CONSTRAINT IF EXISTS messages_chat_id_fkey;

ALTER TABLE IF EXISTS ONLY chat.files DROP CONSTRAINT IF EXISTS files_user_id_fkey;

ALTER TABLE IF EXISTS ONLY chat.files DROP CONSTRAINT IF EXISTS files_chat_id_fkey;

ALTER TABLE IF EXISTS ONLY chat.chats DROP CONSTRAINT IF EXISTS chats_user_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.user_tokens DROP CONSTRAINT IF EXISTS user_tokens_user_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.sessions DROP CONSTRAINT IF EXISTS sessions_user_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.conversation_sessions DROP CONSTRAINT IF EXISTS conversation_sessions_session_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.components DROP CONSTRAINT IF EXISTS components_session_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.chat_messages DROP CONSTRAINT IF EXISTS chat_messages_session_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.ai_responses DROP CONSTRAINT IF EXISTS ai_responses_session_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.ai_responses DROP CONSTRAINT IF EXISTS ai_responses_interaction_id_fkey;

ALTER TABLE IF EXISTS ONLY authchat.ai_interactions DROP CONSTRAINT IF EXISTS ai_interactions_session_id_fkey;

DROP TRIGGER IF EXISTS touch ON chat.chats;

CREATE OR REPLACE VIEW chat.active_chats AS
SELECT
    NULL::bigint AS id,
    NULL::text AS title,
    NULL::bigint AS n;

DROP STATISTICS IF EXISTS dchat.st;

DROP INDEX IF EXISTS renders.idx_user_subscriptions_user_status;

DROP INDEX IF EXISTS renders.idx_renders_status;

DROP INDEX IF EXISTS renders.idx_renders_project_status_created;

DROP INDEX IF EXISTS renders.idx_renders_chain_id;

DROP INDEX IF EXISTS renders.idx_gallery_items_public_created;

DROP INDEX IF EXISTS journeys.idx_messages_created_at;

DROP INDEX IF EXISTS journeys.idx_messages_conversation_created_at;

DROP INDEX IF EXISTS journeys.idx_journey_nodes_journey_id_tenant;

DROP INDEX IF EXISTS journeys.idx_journey_node_executions_node_contact_tenant;

DROP INDEX IF EXISTS journeys.idx_journey_node_executions_executed_at;

DROP INDEX IF EXISTS journeys.idx_journey_node_executions_contact_tenant_executed;

DROP INDEX IF EXISTS journeys.idx_journey_contacts_journey_tenant_status;

DROP INDEX IF EXISTS journeys.idx_journey_contacts_active;

DROP INDEX IF EXISTS journeys.idx_contacts_tenant_created_at;

DROP INDEX IF EXISTS journeys.idx_contacts_created_at;

DROP INDEX IF EXISTS journeys.idx_call_logs_tenant_created_status;

DROP INDEX IF EXISTS journeys.idx_call_logs_created_at;

DROP INDEX IF EXISTS dchat.idx_users_wallet_address;

DROP INDEX IF EXISTS dchat.idx_users_public_key;

DROP INDEX IF EXISTS dchat.idx_users_created_at;

DROP INDEX IF EXISTS dchat.idx_messages_timestamp;

DROP INDEX IF EXISTS dchat.idx_messages_status;

DROP INDEX IF EXISTS dchat.idx_messages_sender_receiver;

DROP INDEX IF EXISTS dchat.idx_messages_receiver_status;

DROP INDEX IF EXISTS dchat.idx_messages_receiver_sender;

DROP INDEX IF EXISTS dchat.idx_groups_owner;

DROP INDEX IF EXISTS dchat.idx_groups_is_public;

DROP INDEX IF EXISTS dchat.idx_groups_created_at;

DROP INDEX IF EXISTS dchat.idx_group_members_user;

DROP INDEX IF EXISTS dchat.idx_group_members_joined_at;

DROP INDEX IF EXISTS dchat.idx_group_members_group_user;

DROP INDEX IF EXISTS chat.by_chat_not_deleted;

DROP INDEX IF EXISTS authchat.idx_users_email;

DROP INDEX IF EXISTS authchat.idx_user_tokens_user_id_type;

DROP INDEX IF EXISTS authchat.idx_user_tokens_token;

DROP INDEX IF EXISTS authchat.idx_user_tokens_expires_revoked;

DROP INDEX IF EXISTS authchat.idx_sessions_user_id;

DROP INDEX IF EXISTS authchat.idx_sessions_user_active;

DROP INDEX IF EXISTS authchat.idx_conversation_sessions_session_id;

DROP INDEX IF EXISTS authchat.idx_conversation_sessions_conversation_id;

DROP INDEX IF EXISTS authchat.idx_components_type;

DROP INDEX IF EXISTS authchat.idx_components_session_id;

DROP INDEX IF EXISTS authchat.idx_components_current;

DROP INDEX IF EXISTS authchat.idx_chat_messages_session_order;

DROP INDEX IF EXISTS authchat.idx_chat_messages_session_id;

DROP INDEX IF EXISTS authchat.idx_chat_messages_role;

DROP INDEX IF EXISTS authchat.idx_chat_messages_conversation_id;

DROP INDEX IF EXISTS authchat.idx_ai_responses_session_id;

DROP INDEX IF EXISTS authchat.idx_ai_responses_conversation_id;

DROP INDEX IF EXISTS authchat.idx_ai_interactions_session_id;

DROP INDEX IF EXISTS authchat.idx_ai_interactions_conversation_id;

ALTER TABLE IF EXISTS ONLY renders.users DROP CONSTRAINT IF EXISTS users_pkey;

ALTER TABLE IF EXISTS ONLY renders.users DROP CONSTRAINT IF EXISTS users_email_key;

ALTER TABLE IF EXISTS ONLY renders.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_pkey;

ALTER TABLE IF EXISTS ONLY renders.user_credits DROP CONSTRAINT IF EXISTS user_credits_user_id_key;

ALTER TABLE IF EXISTS ONLY renders.user_credits DROP CONSTRAINT IF EXISTS user_credits_pkey;

ALTER TABLE IF EXISTS ONLY renders.subscription_plans DROP CONSTRAINT IF EXISTS subscription_plans_pkey;

ALTER TABLE IF EXISTS ONLY renders.subscription_plans DROP CONSTRAINT IF EXISTS subscription_plans_name_key;

ALTER TABLE IF EXISTS ONLY renders.renders DROP CONSTRAINT IF EXISTS renders_pkey;

ALTER TABLE IF EXISTS ONLY renders.render_chains DROP CONSTRAINT IF EXISTS render_chains_pkey;

ALTER TABLE IF EXISTS ONLY renders.projects DROP CONSTRAINT IF EXISTS projects_pkey;

ALTER TABLE IF EXISTS ONLY renders.gallery_items DROP CONSTRAINT IF EXISTS gallery_items_render_id_key;

ALTER TABLE IF EXISTS ONLY renders.gallery_items DROP CONSTRAINT IF EXISTS gallery_items_pkey;

ALTER TABLE IF EXISTS ONLY journeys.tenants DROP CONSTRAINT IF EXISTS tenants_pkey;

ALTER TABLE IF EXISTS ONLY journeys.messages DROP CONSTRAINT IF EXISTS messages_pkey;

ALTER TABLE IF EXISTS ONLY journeys.journeys DROP CONSTRAINT IF EXISTS journeys_pkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_nodes DROP CONSTRAINT IF EXISTS journey_nodes_pkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_node_executions DROP CONSTRAINT IF EXISTS journey_node_executions_pkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_contacts DROP CONSTRAINT IF EXISTS journey_contacts_pkey;

ALTER TABLE IF EXISTS ONLY journeys.journey_contacts DROP CONSTRAINT IF EXISTS journey_contacts_journey_id_contact_id_key;

ALTER TABLE IF EXISTS ONLY journeys.conversations DROP CONSTRAINT IF EXISTS conversations_pkey;

ALTER TABLE IF EXISTS ONLY journeys.contacts DROP CONSTRAINT IF EXISTS contacts_tenant_id_phone_key;

ALTER TABLE IF EXISTS ONLY journeys.contacts DROP CONSTRAINT IF EXISTS contacts_pkey;

ALTER TABLE IF EXISTS ONLY journeys.call_logs DROP CONSTRAINT IF EXISTS call_logs_pkey;

ALTER TABLE IF EXISTS ONLY dchat.users DROP CONSTRAINT IF EXISTS users_pkey;

ALTER TABLE IF EXISTS ONLY dchat.messages DROP CONSTRAINT IF EXISTS messages_pkey;

ALTER TABLE IF EXISTS ONLY dchat.groups DROP CONSTRAINT IF EXISTS groups_pkey;

ALTER TABLE IF EXISTS ONLY dchat.group_members DROP CONSTRAINT IF EXISTS group_members_pkey;

ALTER TABLE IF EXISTS ONLY chat.users DROP CONSTRAINT IF EXISTS users_pkey;

ALTER TABLE IF EXISTS ONLY chat.users DROP CONSTRAINT IF EXISTS users_email_key;

ALTER TABLE IF EXISTS ONLY chat.messages DROP CONSTRAINT IF EXISTS messages_pkey;

ALTER TABLE IF EXISTS ONLY chat.files DROP CONSTRAINT IF EXISTS files_storage_key_key;

ALTER TABLE IF EXISTS ONLY chat.files DROP CONSTRAINT IF EXISTS files_pkey;

ALTER TABLE IF EXISTS ONLY chat.db_stats DROP CONSTRAINT IF EXISTS db_stats_pkey;

ALTER TABLE IF EXISTS ONLY chat.chats DROP CONSTRAINT IF EXISTS chats_pkey;

ALTER TABLE IF EXISTS ONLY authchat.users DROP CONSTRAINT IF EXISTS users_pkey;

ALTER TABLE IF EXISTS ONLY authchat.user_tokens DROP CONSTRAINT IF EXISTS user_tokens_pkey;

ALTER TABLE IF EXISTS ONLY authchat.sessions DROP CONSTRAINT IF EXISTS sessions_pkey;

ALTER TABLE IF EXISTS ONLY authchat.conversation_sessions DROP CONSTRAINT IF EXISTS conversation_sessions_session_id_conversation_id_key;

ALTER TABLE IF EXISTS ONLY authchat.conversation_sessions DROP CONSTRAINT IF EXISTS conversation_sessions_pkey;

ALTER TABLE IF EXISTS ONLY authchat.components DROP CONSTRAINT IF EXISTS components_pkey;

ALTER TABLE IF EXISTS ONLY authchat.chat_messages DROP CONSTRAINT IF EXISTS chat_messages_pkey;

ALTER TABLE IF EXISTS ONLY authchat.ai_responses DROP CONSTRAINT IF EXISTS ai_responses_pkey;

ALTER TABLE IF EXISTS ONLY authchat.ai_interactions DROP CONSTRAINT IF EXISTS ai_interactions_pkey;

DROP TABLE IF EXISTS renders.users;

DROP TABLE IF EXISTS renders.user_subscriptions;

DROP TABLE IF EXISTS renders.user_credits;

DROP TABLE IF EXISTS renders.subscription_plans;

DROP TABLE IF EXISTS renders.render_chains;

DROP TABLE IF EXISTS renders.projects;

DROP TABLE IF EXISTS renders.gallery_items;

DROP MATERIALIZED VIEW IF EXISTS renders.dashboard;

DROP TABLE IF EXISTS renders.renders;

DROP TABLE IF EXISTS journeys.tenants;

DROP TABLE IF EXISTS journeys.messages;

DROP TABLE IF EXISTS journeys.journeys;

DROP TABLE IF EXISTS journeys.journey_nodes;

DROP TABLE IF EXISTS journeys.journey_node_executions;

DROP TABLE IF EXISTS journeys.journey_contacts;

DROP TABLE IF EXISTS journeys.conversations;

DROP TABLE IF EXISTS journeys.contacts;

DROP TABLE IF EXISTS journeys.call_logs;

DROP TABLE IF EXISTS dchat.users;

DROP TABLE IF EXISTS dchat.messages_2024_02;

DROP TABLE IF EXISTS dchat.messages_2024_01;

DROP TABLE IF EXISTS dchat.messages_2024;

DROP TABLE IF EXISTS dchat.messages;

DROP TABLE IF EXISTS dchat.groups;

DROP TABLE IF EXISTS dchat.group_members;

DROP TABLE IF EXISTS chat.users;

DROP TABLE IF EXISTS chat.messages;

DROP TABLE IF EXISTS chat.files;

DROP TABLE IF EXISTS chat.db_stats;

DROP TABLE IF EXISTS chat.chats;

DROP VIEW IF EXISTS chat.active_chats;

DROP TABLE IF EXISTS authchat.users;

DROP TABLE IF EXISTS authchat.user_tokens;

DROP TABLE IF EXISTS authchat.sessions;

DROP TABLE IF EXISTS authchat.conversation_sessions;

DROP TABLE IF EXISTS authchat.components;

DROP TABLE IF EXISTS authchat.chat_messages;

DROP TABLE IF EXISTS authchat.ai_responses;

DROP TABLE IF EXISTS authchat.ai_interactions;

DROP FUNCTION IF EXISTS dchat.add(a integer, b integer);

DROP FUNCTION IF EXISTS chat.touch();

DROP TYPE IF EXISTS dchat.mood;

DROP DOMAIN IF EXISTS dchat.email;

DROP EXTENSION IF EXISTS pg_stat_statements;

DROP SCHEMA IF EXISTS renders;

DROP SCHEMA IF EXISTS journeys;

DROP SCHEMA IF EXISTS dchat;

DROP SCHEMA IF EXISTS chat;

DROP SCHEMA IF EXISTS authchat;

CREATE SCHEMA authchat;

ALTER SCHEMA authchat OWNER TO postgres;

CREATE SCHEMA chat;

ALTER SCHEMA chat OWNER TO postgres;

CREATE SCHEMA dchat;

ALTER SCHEMA dchat OWNER TO postgres;

CREATE SCHEMA journeys;

ALTER SCHEMA journeys OWNER TO postgres;

CREATE SCHEMA renders;

ALTER SCHEMA renders OWNER TO postgres;

CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA public;

COMMENT ON EXTENSION pg_stat_statements IS 'track planning and execution statistics of all SQL statements executed';

CREATE DOMAIN dchat.email AS text
	CONSTRAINT email_check CHECK ((VALUE ~ '@'::text));

ALTER DOMAIN dchat.email OWNER TO postgres;

CREATE TYPE dchat.mood AS ENUM (
    'sad',
    'ok',
    'happy'
);

ALTER TYPE dchat.mood OWNER TO postgres;

CREATE FUNCTION chat.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin new.updated_at := now(); return new; end $$;

ALTER FUNCTION chat.touch() OWNER TO postgres;

CREATE FUNCTION dchat.add(a integer, b integer DEFAULT 1) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$select a + b$$;

ALTER FUNCTION dchat.add(a integer, b integer) OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE authchat.ai_interactions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    prompt text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE authchat.ai_interactions OWNER TO postgres;

CREATE TABLE authchat.ai_responses (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    interaction_id uuid,
    response text NOT NULL,
    tokens_used integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE authchat.ai_responses OWNER TO postgres;

CREATE TABLE authchat.chat_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    role text NOT NULL,
    message_order integer NOT NULL,
    content text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chat_messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text])))
);

ALTER TABLE authchat.chat_messages OWNER TO postgres;

CREATE TABLE authchat.components (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    type text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    is_current boolean DEFAULT true NOT NULL,
    code text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE authchat.components OWNER TO postgres;

CREATE TABLE authchat.conversation_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE authchat.conversation_sessions OWNER TO postgres;

CREATE TABLE authchat.sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_activity_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE authchat.sessions OWNER TO postgres;

CREATE TABLE authchat.user_tokens (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    type text NOT NULL,
    token text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_tokens_type_check CHECK ((type = ANY (ARRAY['access'::text, 'refresh'::text, 'reset'::text, 'verify'::text])))
);

ALTER TABLE authchat.user_tokens OWNER TO postgres;

CREATE TABLE authchat.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    name text,
    roles text[] DEFAULT '{user}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    last_login_at timestamp with time zone
);

ALTER TABLE authchat.users OWNER TO postgres;

CREATE VIEW chat.active_chats AS
SELECT
    NULL::bigint AS id,
    NULL::text AS title,
    NULL::bigint AS n;

ALTER TABLE chat.active_chats OWNER TO postgres;

CREATE TABLE chat.chats (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    title text NOT NULL,
    message_count integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT chats_message_count_check CHECK ((message_count >= 0))
);

ALTER TABLE chat.chats OWNER TO postgres;

COMMENT ON TABLE chat.chats IS 'conversations';

COMMENT ON COLUMN chat.chats.message_count IS 'kept by a trigger';

ALTER TABLE chat.chats ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat.chats_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE chat.db_stats (
    stat_key text NOT NULL,
    stripe smallint DEFAULT 0 NOT NULL,
    value bigint NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE chat.db_stats OWNER TO postgres;

CREATE TABLE chat.files (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    chat_id bigint,
    storage_key text NOT NULL,
    file_name text NOT NULL,
    mime_type text NOT NULL,
    size_bytes bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT files_size_bytes_check CHECK ((size_bytes >= 0))
);

ALTER TABLE chat.files OWNER TO postgres;

ALTER TABLE chat.files ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat.files_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE chat.messages (
    id bigint NOT NULL,
    chat_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text])))
);

ALTER TABLE chat.messages OWNER TO postgres;

ALTER TABLE chat.messages ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat.messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE chat.users (
    id bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    file_upload_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT users_file_upload_count_check CHECK ((file_upload_count >= 0))
);

ALTER TABLE chat.users OWNER TO postgres;

ALTER TABLE chat.users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE dchat.group_members (
    id bigint NOT NULL,
    group_id bigint NOT NULL,
    user_id bigint NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE dchat.group_members OWNER TO postgres;

ALTER TABLE dchat.group_members ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME dchat.group_members_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE dchat.groups (
    id bigint NOT NULL,
    owner_id bigint NOT NULL,
    name text NOT NULL,
    is_public boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE dchat.groups OWNER TO postgres;

ALTER TABLE dchat.groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME dchat.groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE dchat.messages (
    id bigint NOT NULL,
    sender_id bigint NOT NULL,
    receiver_id bigint NOT NULL,
    content text NOT NULL,
    status text NOT NULL,
    "timestamp" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT messages_status_check CHECK ((status = ANY (ARRAY['sent'::text, 'delivered'::text, 'unread'::text, 'read'::text])))
);

ALTER TABLE dchat.messages OWNER TO postgres;

CREATE TABLE dchat.messages_2024 (
    id bigint,
    ts timestamp with time zone NOT NULL
)
PARTITION BY RANGE (ts);

ALTER TABLE dchat.messages_2024 OWNER TO postgres;

CREATE TABLE dchat.messages_2024_01 (
    id bigint,
    ts timestamp with time zone NOT NULL
);

ALTER TABLE dchat.messages_2024_01 OWNER TO postgres;

CREATE TABLE dchat.messages_2024_02 (
    id bigint,
    ts timestamp with time zone NOT NULL
);

ALTER TABLE dchat.messages_2024_02 OWNER TO postgres;

ALTER TABLE dchat.messages ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME dchat.messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE dchat.users (
    id bigint NOT NULL,
    name text NOT NULL,
    wallet_address text NOT NULL,
    public_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE dchat.users OWNER TO postgres;

ALTER TABLE dchat.users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME dchat.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE journeys.call_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    contact_id uuid,
    status text NOT NULL,
    duration_seconds integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE journeys.call_logs OWNER TO postgres;

CREATE TABLE journeys.contacts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    phone text NOT NULL,
    name text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE journeys.contacts OWNER TO postgres;

CREATE TABLE journeys.conversations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE journeys.conversations OWNER TO postgres;

CREATE TABLE journeys.journey_contacts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    journey_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    current_node_id uuid,
    status text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT journey_contacts_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'PAUSED'::text, 'COMPLETED'::text, 'FAILED'::text])))
);

ALTER TABLE journeys.journey_contacts OWNER TO postgres;

CREATE TABLE journeys.journey_node_executions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    journey_contact_id uuid NOT NULL,
    node_id uuid NOT NULL,
    status text NOT NULL,
    result jsonb,
    error text,
    executed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT journey_node_executions_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'COMPLETED'::text, 'FAILED'::text])))
);

ALTER TABLE journeys.journey_node_executions OWNER TO postgres;

CREATE TABLE journeys.journey_nodes (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    journey_id uuid NOT NULL,
    type text NOT NULL,
    config jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE journeys.journey_nodes OWNER TO postgres;

CREATE TABLE journeys.journeys (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'DRAFT'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE journeys.journeys OWNER TO postgres;

CREATE TABLE journeys.messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    direction text NOT NULL,
    body text NOT NULL,
    status text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT messages_direction_check CHECK ((direction = ANY (ARRAY['INBOUND'::text, 'OUTBOUND'::text])))
);

ALTER TABLE journeys.messages OWNER TO postgres;

CREATE TABLE journeys.tenants (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE journeys.tenants OWNER TO postgres;

CREATE TABLE renders.renders (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid,
    chain_id uuid,
    chain_position integer,
    parent_render_id uuid,
    reference_render_id uuid,
    type text DEFAULT 'image'::text NOT NULL,
    prompt text NOT NULL,
    settings jsonb,
    output_url text,
    status text NOT NULL,
    error_message text,
    credits_cost integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT renders_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text]))),
    CONSTRAINT renders_type_check CHECK ((type = ANY (ARRAY['image'::text, 'video'::text])))
);

ALTER TABLE renders.renders OWNER TO postgres;

CREATE MATERIALIZED VIEW renders.dashboard AS
 SELECT renders.status,
    count(*) AS count
   FROM renders.renders
  GROUP BY renders.status
  WITH NO DATA;

ALTER TABLE renders.dashboard OWNER TO postgres;

CREATE TABLE renders.gallery_items (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    render_id uuid NOT NULL,
    user_id uuid NOT NULL,
    is_public boolean DEFAULT false NOT NULL,
    likes integer DEFAULT 0 NOT NULL,
    views integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE renders.gallery_items OWNER TO postgres;

CREATE TABLE renders.projects (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE renders.projects OWNER TO postgres;

CREATE TABLE renders.render_chains (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE renders.render_chains OWNER TO postgres;

CREATE TABLE renders.subscription_plans (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    price_cents integer NOT NULL,
    credits_per_month integer NOT NULL,
    is_active boolean DEFAULT true NOT NULL
);

ALTER TABLE renders.subscription_plans OWNER TO postgres;

CREATE TABLE renders.user_credits (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    balance integer DEFAULT 0 NOT NULL,
    total_earned integer DEFAULT 0 NOT NULL,
    total_spent integer DEFAULT 0 NOT NULL,
    monthly_reset_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE renders.user_credits OWNER TO postgres;

CREATE TABLE renders.user_subscriptions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    status text NOT NULL,
    current_period_start timestamp with time zone NOT NULL,
    current_period_end timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_subscriptions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'active'::text, 'canceled'::text, 'past_due'::text, 'unpaid'::text])))
);

ALTER TABLE renders.user_subscriptions OWNER TO postgres;

CREATE TABLE renders.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text NOT NULL,
    name text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE renders.users OWNER TO postgres;

ALTER TABLE ONLY dchat.messages_2024 ATTACH PARTITION dchat.messages_2024_01 FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00');

ALTER TABLE ONLY dchat.messages_2024 ATTACH PARTITION dchat.messages_2024_02 FOR VALUES FROM ('2024-02-01 00:00:00+00') TO ('2024-03-01 00:00:00+00');

ALTER TABLE ONLY authchat.ai_interactions
    ADD CONSTRAINT ai_interactions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY authchat.ai_responses
    ADD CONSTRAINT ai_responses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY authchat.chat_messages
    ADD CONSTRAINT chat_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY authchat.components
    ADD CONSTRAINT components_pkey PRIMARY KEY (id);

ALTER TABLE ONLY authchat.conversation_sessions
    ADD CONSTRAINT conversation_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY authchat.conversation_sessions
    ADD CONSTRAINT conversation_sessions_session_id_conversation_id_key UNIQUE (session_id, conversation_id);

ALTER TABLE ONLY authchat.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY authchat.user_tokens
    ADD CONSTRAINT user_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY authchat.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY chat.chats
    ADD CONSTRAINT chats_pkey PRIMARY KEY (id);

ALTER TABLE ONLY chat.db_stats
    ADD CONSTRAINT db_stats_pkey PRIMARY KEY (stat_key, stripe);

ALTER TABLE ONLY chat.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY chat.files
    ADD CONSTRAINT files_storage_key_key UNIQUE (storage_key);

ALTER TABLE ONLY chat.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY chat.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY chat.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY dchat.group_members
    ADD CONSTRAINT group_members_pkey PRIMARY KEY (id);

ALTER TABLE ONLY dchat.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY dchat.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY dchat.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.call_logs
    ADD CONSTRAINT call_logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.contacts
    ADD CONSTRAINT contacts_tenant_id_phone_key UNIQUE (tenant_id, phone);

ALTER TABLE ONLY journeys.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.journey_contacts
    ADD CONSTRAINT journey_contacts_journey_id_contact_id_key UNIQUE (journey_id, contact_id);

ALTER TABLE ONLY journeys.journey_contacts
    ADD CONSTRAINT journey_contacts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.journey_node_executions
    ADD CONSTRAINT journey_node_executions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.journey_nodes
    ADD CONSTRAINT journey_nodes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.journeys
    ADD CONSTRAINT journeys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY journeys.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.gallery_items
    ADD CONSTRAINT gallery_items_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.gallery_items
    ADD CONSTRAINT gallery_items_render_id_key UNIQUE (render_id);

ALTER TABLE ONLY renders.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.render_chains
    ADD CONSTRAINT render_chains_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.renders
    ADD CONSTRAINT renders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.subscription_plans
    ADD CONSTRAINT subscription_plans_name_key UNIQUE (name);

ALTER TABLE ONLY renders.subscription_plans
    ADD CONSTRAINT subscription_plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.user_credits
    ADD CONSTRAINT user_credits_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.user_credits
    ADD CONSTRAINT user_credits_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY renders.user_subscriptions
    ADD CONSTRAINT user_subscriptions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY renders.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY renders.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

CREATE INDEX idx_ai_interactions_conversation_id ON authchat.ai_interactions USING btree (conversation_id);

CREATE INDEX idx_ai_interactions_session_id ON authchat.ai_interactions USING btree (session_id);

CREATE INDEX idx_ai_responses_conversation_id ON authchat.ai_responses USING btree (conversation_id);

CREATE INDEX idx_ai_responses_session_id ON authchat.ai_responses USING btree (session_id);

CREATE INDEX idx_chat_messages_conversation_id ON authchat.chat_messages USING btree (conversation_id);

CREATE INDEX idx_chat_messages_role ON authchat.chat_messages USING btree (role);

CREATE INDEX idx_chat_messages_session_id ON authchat.chat_messages USING btree (session_id);

CREATE INDEX idx_chat_messages_session_order ON authchat.chat_messages USING btree (session_id, message_order);

CREATE INDEX idx_components_current ON authchat.components USING btree (session_id, is_current) WHERE is_current;

CREATE INDEX idx_components_session_id ON authchat.components USING btree (session_id);

CREATE INDEX idx_components_type ON authchat.components USING btree (type);

CREATE INDEX idx_conversation_sessions_conversation_id ON authchat.conversation_sessions USING btree (conversation_id);

CREATE INDEX idx_conversation_sessions_session_id ON authchat.conversation_sessions USING btree (session_id);

CREATE INDEX idx_sessions_user_active ON authchat.sessions USING btree (user_id, is_active);

CREATE INDEX idx_sessions_user_id ON authchat.sessions USING btree (user_id);

CREATE INDEX idx_user_tokens_expires_revoked ON authchat.user_tokens USING btree (expires_at, revoked);

CREATE INDEX idx_user_tokens_token ON authchat.user_tokens USING btree (token);

CREATE INDEX idx_user_tokens_user_id_type ON authchat.user_tokens USING btree (user_id, type);

CREATE UNIQUE INDEX idx_users_email ON authchat.users USING btree (email);

CREATE INDEX by_chat_not_deleted ON chat.messages USING btree (chat_id, deleted_at);

CREATE INDEX idx_group_members_group_user ON dchat.group_members USING btree (group_id, user_id);

CREATE INDEX idx_group_members_joined_at ON dchat.group_members USING btree (joined_at);

CREATE INDEX idx_group_members_user ON dchat.group_members USING btree (user_id);

CREATE INDEX idx_groups_created_at ON dchat.groups USING btree (created_at);

CREATE INDEX idx_groups_is_public ON dchat.groups USING btree (is_public);

CREATE INDEX idx_groups_owner ON dchat.groups USING btree (owner_id);

CREATE INDEX idx_messages_receiver_sender ON dchat.messages USING btree (receiver_id, sender_id);

CREATE INDEX idx_messages_receiver_status ON dchat.messages USING btree (receiver_id, status) WHERE (status = 'unread'::text);

CREATE INDEX idx_messages_sender_receiver ON dchat.messages USING btree (sender_id, receiver_id);

CREATE INDEX idx_messages_status ON dchat.messages USING btree (status);

CREATE INDEX idx_messages_timestamp ON dchat.messages USING btree ("timestamp" DESC);

CREATE INDEX idx_users_created_at ON dchat.users USING btree (created_at);

CREATE INDEX idx_users_public_key ON dchat.users USING btree (public_key) WHERE (public_key IS NOT NULL);

CREATE INDEX idx_users_wallet_address ON dchat.users USING btree (wallet_address);

CREATE INDEX idx_call_logs_created_at ON journeys.call_logs USING btree (created_at DESC);

CREATE INDEX idx_call_logs_tenant_created_status ON journeys.call_logs USING btree (tenant_id, created_at DESC, status);

CREATE INDEX idx_contacts_created_at ON journeys.contacts USING btree (created_at DESC);

CREATE INDEX idx_contacts_tenant_created_at ON journeys.contacts USING btree (tenant_id, created_at DESC);

CREATE INDEX idx_journey_contacts_active ON journeys.journey_contacts USING btree (journey_id, tenant_id) WHERE (status = 'ACTIVE'::text);

CREATE INDEX idx_journey_contacts_journey_tenant_status ON journeys.journey_contacts USING btree (journey_id, tenant_id, status);

CREATE INDEX idx_journey_node_executions_contact_tenant_executed ON journeys.journey_node_executions USING btree (journey_contact_id, tenant_id, executed_at DESC);

CREATE INDEX idx_journey_node_executions_executed_at ON journeys.journey_node_executions USING btree (executed_at DESC) WHERE (executed_at IS NOT NULL);

CREATE INDEX idx_journey_node_executions_node_contact_tenant ON journeys.journey_node_executions USING btree (node_id, journey_contact_id, tenant_id);

CREATE INDEX idx_journey_nodes_journey_id_tenant ON journeys.journey_nodes USING btree (journey_id, id, tenant_id);

CREATE INDEX idx_messages_conversation_created_at ON journeys.messages USING btree (conversation_id, created_at DESC);

CREATE INDEX idx_messages_created_at ON journeys.messages USING btree (created_at DESC);

CREATE INDEX idx_gallery_items_public_created ON renders.gallery_items USING btree (is_public, created_at DESC);

CREATE INDEX idx_renders_chain_id ON renders.renders USING btree (chain_id);

CREATE INDEX idx_renders_project_status_created ON renders.renders USING btree (project_id, status, created_at DESC);

CREATE INDEX idx_renders_status ON renders.renders USING btree (status);

CREATE INDEX idx_user_subscriptions_user_status ON renders.user_subscriptions USING btree (user_id, status);

CREATE STATISTICS dchat.st ON sender_id, receiver_id FROM dchat.messages;

ALTER STATISTICS dchat.st OWNER TO postgres;

CREATE OR REPLACE VIEW chat.active_chats AS
 SELECT c.id,
    c.title,
    count(m.id) AS n
   FROM (chat.chats c
     LEFT JOIN chat.messages m ON (((m.chat_id = c.id) AND (m.deleted_at IS NULL))))
  WHERE (c.deleted_at IS NULL)
  GROUP BY c.id;

CREATE TRIGGER touch BEFORE UPDATE ON chat.chats FOR EACH ROW EXECUTE FUNCTION chat.touch();

ALTER TABLE ONLY authchat.ai_interactions
    ADD CONSTRAINT ai_interactions_session_id_fkey FOREIGN KEY (session_id) REFERENCES authchat.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY authchat.ai_responses
    ADD CONSTRAINT ai_responses_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES authchat.ai_interactions(id) ON DELETE CASCADE;

ALTER TABLE ONLY authchat.ai_responses
    ADD CONSTRAINT ai_responses_session_id_fkey FOREIGN KEY (session_id) REFERENCES authchat.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY authchat.chat_messages
    ADD CONSTRAINT chat_messages_session_id_fkey FOREIGN KEY (session_id) REFERENCES authchat.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY authchat.components
    ADD CONSTRAINT components_session_id_fkey FOREIGN KEY (session_id) REFERENCES authchat.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY authchat.conversation_sessions
    ADD CONSTRAINT conversation_sessions_session_id_fkey FOREIGN KEY (session_id) REFERENCES authchat.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY authchat.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES authchat.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY authchat.user_tokens
    ADD CONSTRAINT user_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES authchat.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY chat.chats
    ADD CONSTRAINT chats_user_id_fkey FOREIGN KEY (user_id) REFERENCES chat.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY chat.files
    ADD CONSTRAINT files_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES chat.chats(id) ON DELETE SET NULL;

ALTER TABLE ONLY chat.files
    ADD CONSTRAINT files_user_id_fkey FOREIGN KEY (user_id) REFERENCES chat.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY chat.messages
    ADD CONSTRAINT messages_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES chat.chats(id) ON DELETE CASCADE;

ALTER TABLE ONLY chat.messages
    ADD CONSTRAINT messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES chat.users(id);

ALTER TABLE ONLY dchat.group_members
    ADD CONSTRAINT group_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES dchat.groups(id) ON DELETE CASCADE;

ALTER TABLE ONLY dchat.group_members
    ADD CONSTRAINT group_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES dchat.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY dchat.groups
    ADD CONSTRAINT groups_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES dchat.users(id);

ALTER TABLE ONLY dchat.messages
    ADD CONSTRAINT messages_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES dchat.users(id);

ALTER TABLE ONLY dchat.messages
    ADD CONSTRAINT messages_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES dchat.users(id);

ALTER TABLE ONLY journeys.call_logs
    ADD CONSTRAINT call_logs_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES journeys.contacts(id);

ALTER TABLE ONLY journeys.call_logs
    ADD CONSTRAINT call_logs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY journeys.contacts
    ADD CONSTRAINT contacts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY journeys.conversations
    ADD CONSTRAINT conversations_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES journeys.contacts(id);

ALTER TABLE ONLY journeys.conversations
    ADD CONSTRAINT conversations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY journeys.journey_contacts
    ADD CONSTRAINT journey_contacts_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES journeys.contacts(id) ON DELETE CASCADE;

ALTER TABLE ONLY journeys.journey_contacts
    ADD CONSTRAINT journey_contacts_current_node_id_fkey FOREIGN KEY (current_node_id) REFERENCES journeys.journey_nodes(id) ON DELETE SET NULL;

ALTER TABLE ONLY journeys.journey_contacts
    ADD CONSTRAINT journey_contacts_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys.journeys(id) ON DELETE CASCADE;

ALTER TABLE ONLY journeys.journey_contacts
    ADD CONSTRAINT journey_contacts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY journeys.journey_node_executions
    ADD CONSTRAINT journey_node_executions_journey_contact_id_fkey FOREIGN KEY (journey_contact_id) REFERENCES journeys.journey_contacts(id) ON DELETE CASCADE;

ALTER TABLE ONLY journeys.journey_node_executions
    ADD CONSTRAINT journey_node_executions_node_id_fkey FOREIGN KEY (node_id) REFERENCES journeys.journey_nodes(id) ON DELETE CASCADE;

ALTER TABLE ONLY journeys.journey_node_executions
    ADD CONSTRAINT journey_node_executions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY journeys.journey_nodes
    ADD CONSTRAINT journey_nodes_journey_id_fkey FOREIGN KEY (journey_id) REFERENCES journeys.journeys(id) ON DELETE CASCADE;

ALTER TABLE ONLY journeys.journey_nodes
    ADD CONSTRAINT journey_nodes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY journeys.journeys
    ADD CONSTRAINT journeys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY journeys.messages
    ADD CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES journeys.conversations(id) ON DELETE CASCADE;

ALTER TABLE ONLY journeys.messages
    ADD CONSTRAINT messages_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES journeys.tenants(id);

ALTER TABLE ONLY renders.gallery_items
    ADD CONSTRAINT gallery_items_render_id_fkey FOREIGN KEY (render_id) REFERENCES renders.renders(id) ON DELETE CASCADE;

ALTER TABLE ONLY renders.gallery_items
    ADD CONSTRAINT gallery_items_user_id_fkey FOREIGN KEY (user_id) REFERENCES renders.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY renders.projects
    ADD CONSTRAINT projects_user_id_fkey FOREIGN KEY (user_id) REFERENCES renders.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY renders.render_chains
    ADD CONSTRAINT render_chains_project_id_fkey FOREIGN KEY (project_id) REFERENCES renders.projects(id) ON DELETE CASCADE;

ALTER TABLE ONLY renders.renders
    ADD CONSTRAINT renders_chain_id_fkey FOREIGN KEY (chain_id) REFERENCES renders.render_chains(id);

ALTER TABLE ONLY renders.renders
    ADD CONSTRAINT renders_parent_render_id_fkey FOREIGN KEY (parent_render_id) REFERENCES renders.renders(id) ON DELETE SET NULL;

ALTER TABLE ONLY renders.renders
    ADD CONSTRAINT renders_project_id_fkey FOREIGN KEY (project_id) REFERENCES renders.projects(id) ON DELETE CASCADE;

ALTER TABLE ONLY renders.renders
    ADD CONSTRAINT renders_reference_render_id_fkey FOREIGN KEY (reference_render_id) REFERENCES renders.renders(id) ON DELETE SET NULL;

ALTER TABLE ONLY renders.renders
    ADD CONSTRAINT renders_user_id_fkey FOREIGN KEY (user_id) REFERENCES renders.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY renders.user_credits
    ADD CONSTRAINT user_credits_user_id_fkey FOREIGN KEY (user_id) REFERENCES renders.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY renders.user_subscriptions
    ADD CONSTRAINT user_subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES renders.subscription_plans(id);

ALTER TABLE ONLY renders.user_subscriptions
    ADD CONSTRAINT user_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES renders.users(id) ON DELETE CASCADE;

ALTER TABLE chat.chats ENABLE ROW LEVEL SECURITY;

CREATE POLICY p ON chat.chats FOR SELECT USING ((user_id = 1));

CREATE PUBLICATION pub WITH (publish = 'insert, update, delete, truncate');

ALTER PUBLICATION pub OWNER TO postgres;

ALTER PUBLICATION pub ADD TABLE ONLY chat.messages;

GRANT USAGE ON SCHEMA chat TO app;

GRANT SELECT,INSERT ON TABLE chat.active_chats TO app;

GRANT SELECT,INSERT ON TABLE chat.chats TO app;

GRANT SELECT,INSERT ON TABLE chat.db_stats TO app;

GRANT SELECT,INSERT ON TABLE chat.files TO app;

GRANT SELECT,INSERT ON TABLE chat.messages TO app;

GRANT SELECT,INSERT ON TABLE chat.users TO app;

REFRESH MATERIALIZED VIEW renders.dashboard;

COPY authchat.ai_interactions (id, session_id, conversation_id, prompt, created_at) FROM stdin;

COPY authchat.chat_messages (id, session_id, conversation_id, role, message_order, content, created_at) FROM stdin;

COPY authchat.conversation_sessions (id, session_id, conversation_id, created_at) FROM stdin;

COPY authchat.user_tokens (id, user_id, type, token, expires_at, revoked, created_at) FROM stdin;

COPY chat.chats (id, user_id, title, message_count, created_at, updated_at, deleted_at) FROM stdin;

COPY chat.db_stats (stat_key, stripe, value, updated_at) FROM stdin;

COPY chat.messages (id, chat_id, user_id, role, content, created_at, deleted_at) FROM stdin;

COPY chat.users (id, email, name, file_upload_count, created_at, deleted_at) FROM stdin;

COPY dchat.group_members (id, group_id, user_id, joined_at) FROM stdin;

COPY dchat.messages (id, sender_id, receiver_id, content, status, "timestamp") FROM stdin;

COPY dchat.messages_2024_01 (id, ts) FROM stdin;

COPY dchat.users (id, name, wallet_address, public_key, created_at) FROM stdin;

COPY journeys.call_logs (id, tenant_id, contact_id, status, duration_seconds, created_at) FROM stdin;

COPY journeys.conversations (id, tenant_id, contact_id, created_at) FROM stdin;

COPY journeys.journey_node_executions (id, tenant_id, journey_contact_id, node_id, status, result, error, executed_at, created_at) FROM stdin;

COPY journeys.journeys (id, tenant_id, name, status, created_at, updated_at) FROM stdin;

COPY journeys.tenants (id, name, settings, created_at, updated_at) FROM stdin;

COPY renders.gallery_items (id, render_id, user_id, is_public, likes, views, created_at) FROM stdin;

COPY renders.render_chains (id, project_id, name, created_at, updated_at) FROM stdin;

COPY renders.subscription_plans (id, name, price_cents, credits_per_month, is_active) FROM stdin;

COPY renders.user_subscriptions (id, user_id, plan_id, status, current_period_start, current_period_end, created_at) FROM stdin;

SELECT pg_catalog.setval('chat.chats_id_seq', 5, true);

SELECT pg_catalog.setval('chat.files_id_seq', 1, false);

SELECT pg_catalog.setval('chat.messages_id_seq', 5, true);

SELECT pg_catalog.setval('chat.users_id_seq', 5, true);

SELECT pg_catalog.setval('dchat.group_members_id_seq', 1, false);

SELECT pg_catalog.setval('dchat.groups_id_seq', 1, false);

SELECT pg_catalog.setval('dchat.messages_id_seq', 1, true);

SELECT pg_catalog.setval('dchat.users_id_seq', 2, true);

INSERT INTO chat.users VALUES (1, 'u1@x.org', 'User 1', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users VALUES (2, 'u2@x.org', 'User 2', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users VALUES (3, 'u3@x.org', 'User 3', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users VALUES (4, 'u4@x.org', 'User 4', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users VALUES (5, 'u5@x.org', 'User 5', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.chats VALUES (1, 1, 'Chat 1', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats VALUES (2, 2, 'Chat 2', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats VALUES (3, 3, 'Chat 3', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats VALUES (4, 4, 'Chat 4', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats VALUES (5, 5, 'Chat 5', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.messages VALUES (1, 1, 1, 'user', 'it''s 1', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages VALUES (2, 2, 2, 'user', 'it''s 2', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages VALUES (3, 3, 3, 'user', 'it''s 3', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages VALUES (4, 4, 4, 'user', 'it''s 4', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages VALUES (5, 5, 5, 'user', 'it''s 5', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO dchat.users VALUES
	(1, 'a', '0x1', NULL, '2026-11-21 03:16:52.451717+00'),
	(2, 'b', '0x2', NULL, '2026-11-21 03:16:52.451717+00');

INSERT INTO dchat.messages VALUES
	(1, 1, 2, 'x', 'unread', '2026-11-21 03:16:52.452069+00');

INSERT INTO renders.users VALUES
	('0029ff67-6e6e-48a6-bf9e-fd346c4f099e', 'a@b', NULL, '2026-11-21 03:16:52.451092+00'),
	('0602e9e2-ca1d-462c-9be9-4d5700b1062e', 'c@d', NULL, '2026-11-21 03:16:52.451092+00');

INSERT INTO authchat.users (id, email, password_hash, name, roles, created_at, updated_at, last_login_at) VALUES ('71046da2-5f53-4de5-a93b-ebfa8e159ec6', 'e', 'x', NULL, '{user}', '2026-11-21 03:16:52.45271+00', '2026-11-21 03:16:52.45271+00', NULL);

INSERT INTO chat.users (id, email, name, file_upload_count, created_at, deleted_at) VALUES (1, 'u1@x.org', 'User 1', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users (id, email, name, file_upload_count, created_at, deleted_at) VALUES (2, 'u2@x.org', 'User 2', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users (id, email, name, file_upload_count, created_at, deleted_at) VALUES (3, 'u3@x.org', 'User 3', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users (id, email, name, file_upload_count, created_at, deleted_at) VALUES (4, 'u4@x.org', 'User 4', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.users (id, email, name, file_upload_count, created_at, deleted_at) VALUES (5, 'u5@x.org', 'User 5', 0, '2026-11-21 03:16:52.447377+00', NULL);

INSERT INTO chat.chats (id, user_id, title, message_count, created_at, updated_at, deleted_at) VALUES (1, 1, 'Chat 1', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats (id, user_id, title, message_count, created_at, updated_at, deleted_at) VALUES (2, 2, 'Chat 2', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats (id, user_id, title, message_count, created_at, updated_at, deleted_at) VALUES (3, 3, 'Chat 3', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats (id, user_id, title, message_count, created_at, updated_at, deleted_at) VALUES (4, 4, 'Chat 4', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.chats (id, user_id, title, message_count, created_at, updated_at, deleted_at) VALUES (5, 5, 'Chat 5', NULL, '2026-11-21 03:16:52.449355+00', '2026-11-21 03:16:52.449355+00', NULL);

INSERT INTO chat.messages (id, chat_id, user_id, role, content, created_at, deleted_at) VALUES (1, 1, 1, 'user', 'it''s 1', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages (id, chat_id, user_id, role, content, created_at, deleted_at) VALUES (2, 2, 2, 'user', 'it''s 2', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages (id, chat_id, user_id, role, content, created_at, deleted_at) VALUES (3, 3, 3, 'user', 'it''s 3', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages (id, chat_id, user_id, role, content, created_at, deleted_at) VALUES (4, 4, 4, 'user', 'it''s 4', '2026-11-21 03:16:52.45032+00', NULL);

INSERT INTO chat.messages (id, chat_id, user_id, role, content, created_at, deleted_at) VALUES (5, 5, 5, 'user', 'it''s 5', '2026-11-21 03:16:52.45032+00', NULL);
