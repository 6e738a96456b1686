"""Every table, by what it is about. Personal columns end in `_sealed`: bytes that only the member's key opens."""

from __future__ import annotations

from storage.tables.audiences import audience, audience_version, member_tag, tag
from storage.tables.base import metadata
from storage.tables.campaigns import (
    campaign,
    campaign_event,
    campaign_lesson,
    campaign_press,
    campaign_send,
    campaign_version,
)
from storage.tables.events import event, event_guest
from storage.tables.frequency import benefit, benefit_claim, frequency_award, frequency_programme, visit
from storage.tables.groups import digest_ticket, staff_group, ticket_link, topic
from storage.tables.journeys import journey_position, journey_task, journey_visit
from storage.tables.knowledge import (
    knowledge_entry,
    knowledge_model,
    knowledge_phrasing,
    knowledge_question,
    knowledge_text,
    knowledge_version,
)
from storage.tables.ledger import point_allocation, point_debt, point_entry, point_lot
from storage.tables.loyalty import member_tier, reward, voucher, voucher_use
from storage.tables.membership import application, gift, membership
from storage.tables.needs import family, preference
from storage.tables.people import consent, invitation, member, member_merge, product_specialist, specialist, staff
from storage.tables.plans import joint_plan, joint_plan_event
from storage.tables.purchases import branch, product, purchase, purchase_return
from storage.tables.relationships import relationship, relationship_event
from storage.tables.replies import ready_reply, ready_reply_text
from storage.tables.search import member_word, search, ticket_word
from storage.tables.service import (
    compensation,
    corrective_action,
    desk_tag,
    improvement,
    task,
    ticket,
    ticket_event,
    ticket_improvement,
    ticket_message,
    ticket_tag,
)
from storage.tables.state import bot_state, form, pressed
from storage.tables.surveys import survey, survey_tally, survey_turn
from storage.tables.traffic import inbox, outbox, posted

__all__ = [
    "application",
    "audience",
    "audience_version",
    "benefit",
    "benefit_claim",
    "bot_state",
    "branch",
    "campaign",
    "campaign_event",
    "campaign_lesson",
    "campaign_press",
    "campaign_send",
    "campaign_version",
    "compensation",
    "consent",
    "corrective_action",
    "desk_tag",
    "digest_ticket",
    "event",
    "event_guest",
    "family",
    "form",
    "frequency_award",
    "frequency_programme",
    "gift",
    "improvement",
    "inbox",
    "invitation",
    "joint_plan",
    "joint_plan_event",
    "journey_position",
    "journey_task",
    "journey_visit",
    "knowledge_entry",
    "knowledge_model",
    "knowledge_phrasing",
    "knowledge_question",
    "knowledge_text",
    "knowledge_version",
    "member",
    "member_merge",
    "member_tag",
    "member_tier",
    "member_word",
    "membership",
    "metadata",
    "outbox",
    "point_allocation",
    "point_debt",
    "point_entry",
    "point_lot",
    "posted",
    "preference",
    "pressed",
    "product",
    "product_specialist",
    "purchase",
    "purchase_return",
    "ready_reply",
    "ready_reply_text",
    "relationship",
    "relationship_event",
    "reward",
    "search",
    "specialist",
    "staff",
    "staff_group",
    "survey",
    "survey_tally",
    "survey_turn",
    "tag",
    "task",
    "ticket",
    "ticket_event",
    "ticket_improvement",
    "ticket_link",
    "ticket_message",
    "ticket_tag",
    "ticket_word",
    "topic",
    "visit",
    "voucher",
    "voucher_use",
]
