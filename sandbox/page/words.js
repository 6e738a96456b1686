// The page's own labels. What the bot says comes from the bot.

const words = {
  en: {
    topic_renamed: "The topic is now called “{name}”", topics_on: "Switch topics on", topics_off: "Switch topics off",
    topic_menu: "More for this topic", topic_delete: "Delete this topic", all_topics: "All topics", group_menu: "More for this group",
    closed_short: "closed", group_moved: "The group has become a supergroup",
    sandbox: "sandbox", you_are: "You are", customers: "Customers", staff: "Shop staff", people: "People",
    add_person: "Add a person", name: "Name", language: "Language of {name}’s Telegram", their_language: "Telegram language",
    add: "Add", cancel: "Cancel", ok: "OK", close: "Close", back: "Back", page_language: "Language of this page",
    phone: "{name}’s phone", change_person: "Whose phone is this?", private_chat: "private chat", group_member: "in the group",
    split: "Two phones side by side", clock: "Date and time",
    hour: "+1 hour", day: "+1 day", days: "+3 days", week: "+1 week", month: "+1 month", year: "+1 year",
    jump: "Jump to", nothing_ahead: "The bot publishes its next big days here.", more: "{n} more", fewer: "Show fewer",
    travelling: "Travelling to {when}",
    jumps: "No bot follows this clock: it jumps at once.",
    start: "START", empty: "Nothing here yet", press_start: "Press START and {bot} says hello.",
    empty_group: "Nobody has said anything in this group yet.",
    message: "Message", menu: "Menu", no_commands: "The bot has not set a menu here.", send: "Send", save: "Save",
    attach: "Attach", photo: "Photo…", file: "File…", sample_photo: "Sample photo", sample_voice: "Sample voice message",
    location: "Location", remove: "Remove", keyboard: "Show or hide the keyboard",
    message_menu: "Message menu", reply: "Reply", edit: "Edit", delete: "Delete", copy: "Copy text", copied: "Copied",
    replying: "Reply to {name}", editing: "Edit message", edited: "edited", gone: "Message deleted",
    person_menu: "More for {name}", block: "Block the bot", unblock: "Unblock the bot", restart: "UNBLOCK AND RESTART",
    blocked: "{name} has blocked the bot.", blocked_short: "blocked the bot",
    typing: "typing…", bot: "bot", members: "{n} members", unread: "{n} unread", to_end: "To the newest message",
    chats: "Chats of {name}", topics: "Topics", general: "General", closed: "This topic is closed.",
    earlier: "Show earlier messages", lost: "Connection lost, trying again…", loading: "Connecting to the sandbox…",
    not_shown: "This kind of message is not shown here: {kind}", not_here: "This button does nothing in the sandbox.",
    open_as: "Who opens this link?", voice: "Voice message", sticker: "Sticker", video: "Video", document: "File",
    contact: "Contact", place: "Location", poll: "Poll", picture: "Photo",
    joined: "{name} joined", left: "{name} left", pinned: "{name} pinned a message", titled: "The group is now called “{name}”",
    topic_made: "Topic “{name}” opened", topic_closed: "Topic closed", topic_reopened: "Topic reopened", group_made: "Group created",
    failed: "That did not work: {why}", deleted_account: "Someone",
  },
  "zh-hans": {
    topic_renamed: "话题改名为“{name}”", topics_on: "打开话题功能", topics_off: "关掉话题功能",
    topic_menu: "话题的更多选项", topic_delete: "删除这个话题", all_topics: "全部话题", group_menu: "群的更多选项",
    closed_short: "已关闭", group_moved: "这个群升级成了超级群",
    sandbox: "试玩", you_are: "你现在是", customers: "顾客", staff: "店员", people: "人物",
    add_person: "添加人物", name: "名字", language: "{name}的 Telegram 语言", their_language: "Telegram 语言",
    add: "添加", cancel: "取消", ok: "好", close: "关闭", back: "返回", page_language: "本页语言",
    phone: "{name}的手机", change_person: "换成谁的手机？", private_chat: "私聊", group_member: "在群里",
    split: "两部手机并排看", clock: "日期和时间",
    hour: "+1 小时", day: "+1 天", days: "+3 天", week: "+1 周", month: "+1 个月", year: "+1 年",
    jump: "跳到这一天", nothing_ahead: "接下来的大日子，机器人会列在这里。", more: "还有 {n} 个", fewer: "收起",
    travelling: "时间正快进到 {when}",
    jumps: "没有机器人跟着这个钟，时间会一下子跳过去。",
    start: "开始", empty: "还没聊过", press_start: "点一下“开始”，{bot}就会跟你打招呼。",
    empty_group: "群里还没人说话。",
    message: "写消息", menu: "菜单", no_commands: "机器人在这里没有设菜单。", send: "发送", save: "保存",
    attach: "附件", photo: "照片…", file: "文件…", sample_photo: "发一张样片", sample_voice: "发一段样音",
    location: "位置", remove: "去掉", keyboard: "显示或收起键盘",
    message_menu: "消息菜单", reply: "回复", edit: "修改", delete: "删除", copy: "复制文字", copied: "已复制",
    replying: "回复 {name}", editing: "修改消息", edited: "已编辑", gone: "消息已删除",
    person_menu: "{name}的更多选项", block: "拉黑机器人", unblock: "解除拉黑", restart: "解除拉黑，重新开始",
    blocked: "{name}把机器人拉黑了。", blocked_short: "已拉黑机器人",
    typing: "正在输入…", bot: "机器人", members: "{n} 位成员", unread: "{n} 条未读", to_end: "看最新消息",
    chats: "{name}的聊天", topics: "话题", general: "综合", closed: "这个话题已经关了。",
    earlier: "看更早的消息", lost: "断线了，正在重连…", loading: "正在连接…",
    not_shown: "这类消息这里显示不了：{kind}", not_here: "这个按钮在试玩里点了没用。",
    open_as: "谁来点这个链接？", voice: "语音", sticker: "贴纸", video: "视频", document: "文件",
    contact: "名片", place: "位置", poll: "投票", picture: "照片",
    joined: "{name}进群了", left: "{name}退群了", pinned: "{name}置顶了一条消息", titled: "群名改成了“{name}”",
    topic_made: "新话题“{name}”", topic_closed: "话题已关闭", topic_reopened: "话题重新打开", group_made: "群建好了",
    failed: "没成功：{why}", deleted_account: "某人",
  },
  "zh-hant": {
    topic_renamed: "話題改名為「{name}」", topics_on: "開啟話題功能", topics_off: "關閉話題功能",
    topic_menu: "話題的更多選項", topic_delete: "刪除這個話題", all_topics: "全部話題", group_menu: "群組的更多選項",
    closed_short: "已關閉", group_moved: "這個群組升級成了超級群組",
    sandbox: "試玩", you_are: "你現在是", customers: "顧客", staff: "店員", people: "人物",
    add_person: "新增人物", name: "名字", language: "{name}的 Telegram 語言", their_language: "Telegram 語言",
    add: "新增", cancel: "取消", ok: "好", close: "關閉", back: "返回", page_language: "本頁語言",
    phone: "{name}的手機", change_person: "換成誰的手機？", private_chat: "私訊", group_member: "在群組裡",
    split: "兩支手機並排看", clock: "日期和時間",
    hour: "+1 小時", day: "+1 天", days: "+3 天", week: "+1 週", month: "+1 個月", year: "+1 年",
    jump: "跳到這一天", nothing_ahead: "接下來的大日子，機器人會列在這裡。", more: "還有 {n} 個", fewer: "收起",
    travelling: "時間正快轉到 {when}",
    jumps: "沒有機器人跟著這個鐘，時間會一下子跳過去。",
    start: "開始", empty: "還沒聊過", press_start: "按一下「開始」，{bot}就會跟你打招呼。",
    empty_group: "群組裡還沒有人說話。",
    message: "輸入訊息", menu: "選單", no_commands: "機器人在這裡沒有設選單。", send: "傳送", save: "儲存",
    attach: "附件", photo: "照片…", file: "檔案…", sample_photo: "傳一張樣片", sample_voice: "傳一段樣音",
    location: "位置", remove: "拿掉", keyboard: "顯示或收起鍵盤",
    message_menu: "訊息選單", reply: "回覆", edit: "修改", delete: "刪除", copy: "複製文字", copied: "已複製",
    replying: "回覆 {name}", editing: "修改訊息", edited: "已編輯", gone: "訊息已刪除",
    person_menu: "{name}的更多選項", block: "封鎖機器人", unblock: "解除封鎖", restart: "解除封鎖，重新開始",
    blocked: "{name}把機器人封鎖了。", blocked_short: "已封鎖機器人",
    typing: "正在輸入…", bot: "機器人", members: "{n} 位成員", unread: "{n} 則未讀", to_end: "看最新訊息",
    chats: "{name}的聊天", topics: "話題", general: "綜合", closed: "這個話題已經關了。",
    earlier: "看更早的訊息", lost: "斷線了，正在重新連線…", loading: "連線中…",
    not_shown: "這類訊息這裡顯示不了：{kind}", not_here: "這個按鈕在試玩裡按了沒用。",
    open_as: "誰來點這個連結？", voice: "語音", sticker: "貼圖", video: "影片", document: "檔案",
    contact: "聯絡人", place: "位置", poll: "投票", picture: "照片",
    joined: "{name}進群組了", left: "{name}離開了群組", pinned: "{name}置頂了一則訊息", titled: "群組改名為「{name}」",
    topic_made: "新話題「{name}」", topic_closed: "話題已關閉", topic_reopened: "話題重新打開", group_made: "群組建好了",
    failed: "沒成功：{why}", deleted_account: "某人",
  },
};

export const languages = [["en", "English"], ["zh-hans", "简体"], ["zh-hant", "繁體"]];
export const telegramLanguages = [["en", "English"], ["zh-hans", "简体中文"], ["zh-hant", "繁體中文"], ["de", "Deutsch"]];
export const badges = { en: "EN", "zh-hans": "简", "zh-hant": "繁", de: "DE" };

/** The page language for a browser tag such as zh-TW, zh-Hant-HK, zh, en-GB. */
export function closest(tag) {
  const low = (tag ?? "").toLowerCase();
  if (!low.startsWith("zh")) return "en";
  return /hant|tw|hk|mo/.test(low) ? "zh-hant" : "zh-hans";
}

let chosen = "en";

export const language = () => chosen;

export function speak(tag) {
  chosen = words[tag] ? tag : closest(tag);
  document.documentElement.lang = { en: "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant" }[chosen];
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** A name written right to left keeps its direction to itself. */
const isolated = (text) => (rightToLeft.test(text) ? `\u2068${text}\u2069` : text);

export function t(key, facts = {}) {
  const text = words[chosen][key] ?? words.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => isolated(String(facts[name] ?? "")));
}

/** Picks from {"en": …, "zh-hans": …}; a plain string stands for every language. */
export function pick(label) {
  if (typeof label === "string") return label;
  return label?.[chosen] ?? label?.en ?? Object.values(label ?? {})[0] ?? "";
}
