"""The Arabic words of the interface for what the service keeps as English names: one word for one thing."""

from collections.abc import Mapping

MONTHS = (
    *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر"),
    "ديسمبر",
)

BASIS: Mapping[str, str] = {"headline": "أولي، عنوان فقط", "summary": "أولي، عنوان وملخص", "full": "النص الكامل"}

# What became of a visit to a feed or a page (`domain.fetching.FetchStatus` and what pages add).
VISIT: Mapping[str, str] = {
    "": "لم تُفحص بعد",
    "ok": "سليمة",
    "unchanged": "سليمة، بلا جديد",
    "empty": "فارغة",
    "selectors_broken": "معطّلة: تغيّرت صفحة القسم",
    "not_a_feed": "معطّلة: العنوان لا يقدّم خلاصة RSS",
    "unsupported": "معطّلة: صيغة لا نقرؤها",
    "blocked": "محجوبة",
    "bomb": "معطّلة: محتوى ضار يتضخم عند قراءته",
    "too_large": "معطّلة: الحجم أكبر من المسموح",
    "truncated": "معطّلة: انقطع المحتوى قبل نهايته",
    "timeout": "معطّلة: انتهت المهلة قبل اكتمال الرد",
    "refused": "معطّلة: عنوان لا نزوره",
    "redirect_loop": "معطّلة: تحويل متكرر بلا نهاية",
    "http_error": "معطّلة: خطأ من الخادم",
    "dns_error": "معطّلة: اسم الموقع غير معروف",
    "tls_error": "معطّلة: شهادة الموقع غير صالحة",
    "bad_content_encoding": "معطّلة: ضغط المحتوى تالف",
    "protocol_error": "معطّلة: رد غير مفهوم من الخادم",
    "connection_error": "معطّلة: تعذّر الاتصال",
    "internal_error": "معطّلة: خلل عندنا سيعاد بعده الفحص",
    "gone": "متوقفة نهائيًا",
    "robots": "محجوبة: ملف robots.txt لا يسمح لنا",
}

# How a feed is (`domain.health.Health`).
HEALTH: Mapping[str, str] = {
    "new": "لم تُفحص بعد",
    "healthy": "سليمة",
    "quiet": "صامتة على غير عادتها",
    "empty": "فارغة",
    "blocked": "محجوبة",
    "broken": "معطّلة",
    "gone": "متوقفة نهائيًا",
}
# What an operator should know (`storage.events`).
EVENTS: Mapping[str, str] = {
    "our_network": "يبدو أن الخلل في شبكتنا: نصف المواقع لا يجيب",
    "silent_outlet": "وسيلة صامتة على غير عادتها",
    "silent_country": "بلد صامت على غير عادته",
    "silent_language": "لغة صامتة على غير عادتها",
    "fallback": "تُقرأ بطريق بديل",
    "feed_quiet": "خلاصة صامتة على غير عادتها",
    "feed_blocked": "خلاصة محجوبة",
    "feed_broken": "خلاصة معطّلة",
    "feed_gone": "خلاصة متوقفة نهائيًا",
    "queue_stuck": "عمل متأخر لا يتناوله أحد",
    "disk_low": "القرص يوشك أن يمتلئ",
    "quarantine_growing": "عمل معزول للمراجعة",
}

_TEXT: Mapping[str, str] = {
    "page_waiting": "النص الكامل قيد الجلب من صفحة المادة",
    "indirect_link": "لا يُعرف عنوان المادة، بل رابط محرّك البحث وحده",
    "no_link": "لا رابط للمادة، وهذا كل ما ورد في خلاصة RSS",
    "empty": "لا نص كاملًا في صفحة المادة",
    "blocked": "صفحة المادة محجوبة عنّا",
    "paywall": "النص الكامل للمشتركين",
    "removed": "أزالت الوسيلة الإعلامية صفحة المادة",
    "gone": "أزالت الوسيلة الإعلامية صفحة المادة",
    "too_deep": "صفحة المادة معقدة إلى حد لا تُقرأ معه",
    "not_html": "رابط المادة لا يقود إلى صفحة",
    "robots": "ملف robots.txt في الموقع لا يسمح لنا بجلب صفحة المادة",
    "other_text": "في صفحة المادة نص آخر",
    "refused": "رابط المادة عنوان لا نزوره",
    "too_large": "صفحة المادة أكبر من المسموح",
    "timeout": "لم تُجب صفحة المادة في المهلة",
}

# Why changes of an article are not kept any more (`domain.revisions.Frozen`), what was changed, and whence that came.
FROZEN: Mapping[str, str] = {
    "flips": "يتغيّر نص هذه المادة مع كل زيارة، فلم تعد تعديلاته تُحفظ. يُحفظ ما يتغيّر في العنوان وما يطول به النص.",
    "returns": "يتنقّل نص هذه المادة بين صيغتين، فلم تعد تعديلاته تُحفظ. يُحفظ ما يتغيّر في العنوان وما يطول به النص.",
    "limit": "عُدّلت هذه المادة خمسين مرة، ولم تعد تعديلاتها تُحفظ.",
}
CHANGED: Mapping[str, str] = {"title": "العنوان", "text": "النص"}
SOURCES: Mapping[str, str] = {"feed": "من خلاصة RSS", "page": "من صفحة المادة"}

JOB_KINDS: Mapping[str, str] = {
    "topic_from_url": "إنشاء موضوع رصد من صفحة",
    "backfill_topic": "استكمال الأرشيف",
    "rescore_topic": "إعادة تقدير المواد المحفوظة",
    "preview_topic": "معاينة موضوع رصد",
    "preview_reference": "معاينة تغيير المواد المرجعية",
    "watch": "مراجعة حال الخلاصات",
    "make_digests": "إعداد الموجزات الدورية",
    "discover_feeds": "البحث عن خلاصات موقع",
    "learn_outlet": "تعلّم ما تكرره وسيلة إعلامية",
}
JOB_STATES: Mapping[str, str] = {
    "waiting": "في الانتظار",
    "running": "قيد التنفيذ",
    "done": "اكتمل",
    "failed": "لم ينجح",
    "quarantine": "معزولة للمراجعة",
}
STANDBY = "بديلة، لا تُزار إلا عند الحاجة"
# What a feed is written in (`worker.parse.ParsedFeed`), or how it is read (`domain.chain.Kind`).
FEED_KINDS: Mapping[str, str] = {
    "rss": "RSS",
    "rdf": "RSS 1.0",
    "atom": "Atom",
    "cdf": "CDF",
    "json": "JSON Feed",
    "sitemap": "خريطة أخبار",
    "section": "صفحة قسم",
    "search": "نتائج بحث",
    "telegram": "قناة تيليغرام",
}
# Why there is a version of a topic (`storage.versions.CAUSES`).
CAUSES: Mapping[str, str] = {
    "added": "إنشاء الموضوع",
    "calibrated": "ضبط الحد على المواد المحفوظة",
    "grown": "نمو بالمواد الأوثق صلة",
    "growth_on": "تشغيل النمو",
    "growth_off": "إيقاف النمو",
    "relearned": "تعلّم من جديد بطريقة أحدث",
    "relevant": "تقييم: ذات صلة",
    "irrelevant": "تقييم: خارج الموضوع",
    "reference_added": "إضافة مادة مرجعية",
    "reference_removed": "حذف مادة مرجعية",
    "edited": "تعديل الاسم أو الاستعلام أو الأسماء",
    "undone": "رجوع إلى الإصدار",
}
# What a topic said of an article (`domain.topics.passage`).
STATES: Mapping[str, str] = {"match": "مادة مطابقة", "near": "قريبة من الحد", "passage": "مطابقة في فقرة"}
QUEUES: Mapping[str, str] = {
    "feeds": "خلاصات RSS",
    "pages": "صفحات المواد",
    "alerts": "تنبيهات",
    "jobs": "مهام مطلوبة",
    "backfills": "استكمال الأرشيف",
}

# One, two, 3 to 10, 11 and more.
NOUNS: Mapping[str, tuple[str, str, str, str]] = {
    "article": ("مادة واحدة", "مادتان", "مواد", "مادة"),
    "match": ("مادة مطابقة واحدة", "مادتان مطابقتان", "مواد مطابقة", "مادة مطابقة"),
    "word": ("كلمة واحدة", "كلمتان", "كلمات", "كلمة"),
    "copy": ("إعادة نشر واحدة", "إعادتا نشر", "إعادات نشر", "إعادة نشر"),
    "outlet": ("وسيلة إعلامية واحدة", "وسيلتان إعلاميتان", "وسائل إعلامية", "وسيلة إعلامية"),
    "source": ("مصدر مستقل واحد", "مصدران مستقلان", "مصادر مستقلة", "مصدرًا مستقلًا"),
}

# How another article stands to the one shown, and how two stand to each other.
PLACES: Mapping[str, str] = {
    "lead": "الأسبق في المجموعة",
    "copy": "إعادة نشر",
    "update": "مستجدّ",
    "contains": "يرد نصها ضمن هذه المادة",
    "contained": "يرد نص هذه المادة ضمنها",
}
RELATIONS: Mapping[str, str] = {
    "copy": "إعادة نشر",
    "update": "مستجدّ: النص نفسه وقد تغيّرت فيه أرقام",
    "contains": "أحد النصين وارد ضمن الآخر",
    "none": "لا تُعدّان نصًا واحدًا",
}
COMPARE = "مقارنة نصين"
SAME = "النص نفسه"
NOT_SAME = "ليس النص نفسه"
UNDO = "تراجع"
WORD_WAITS = "حُفظ الطلب، وتُعاد قسمة المجموعات بعد لحظات: حدّث الصفحة."
OTHER_WORD = "يخالف هذا ما قيل من قبل عن المادتين أو عن غيرهما: تراجع عن ذلك أولًا."

ERRORS: Mapping[int, str] = {
    400: "الطلب غير مفهوم.",
    403: "رُفض الطلب لأنه لم يأت من هذه الصفحات.",
    404: "لا شيء في هذا العنوان.",
    405: "هذا العنوان لا يقبل هذا النوع من الطلبات.",
    413: "النص أكبر من المسموح، وهو مليونا بايت.",
    415: "صيغة النموذج غير مقبولة.",
    421: "اسم الموقع في الطلب ليس من أسماء هذه الخدمة.",
    422: "في العنوان قيمة غير مفهومة.",
    500: "وقع خلل في الخدمة، وقد سُجّل. أعد المحاولة بعد قليل.",
}

# What a topic is made of (`domain.topics.kind_of`).
KINDS: Mapping[str, str] = {"example": "مثال", "query": "استعلام", "names": "أسماء"}
MOST_NAME = 100  # characters of a topic's name

# What the forms say; each is one line.
NEED_NAME = "اكتب اسمًا لموضوع الرصد."
LONG_NAME = "اسم موضوع الرصد أطول من 100 حرف."
NEED_SOURCE = "ألصق نص المادة المرجعية أو اكتب رابطها، أو اكتب استعلامًا أو أسماء."
BAD_NAMES = "الأسماء غير صالحة: في كل سطر اسم من حرفين على الأقل و12 كلمة على الأكثر، ولا يُطلب منها أكثر من عددها."
NOTHING_TO_CHANGE = "لم يتغير شيء، أو لم يبق للموضوع ما يُعرف به: اكتب استعلامًا أو أسماء."
ONLY_KEPT = "لا مادة مرجعية لهذا الموضوع، فتُحفظ التقييمات ولا تغيّره: عدّل الاستعلام أو الأسماء."
ONE_SOURCE = "ألصق النص أو اكتب الرابط، لا الاثنين معًا."
FORM_FAULTS = (NEED_SOURCE, ONE_SOURCE)
NO_ARTICLE = "لا مادة محفوظة بهذا الرقم."
BAD_SOURCE = "اكتب رقم مادة محفوظة، أو رابطًا يبدأ بـ http أو https."
BAD_URL = "الرابط غير صالح: يبدأ الرابط بـ http أو https ويتبعه اسم الموقع."
# What is wrong with a reference (`BadReference.kind`).
BAD_REFERENCE: Mapping[str, str] = {
    "empty": "المادة المرجعية فارغة: ألصق نص مادة بالعربية.",
    "foreign": "المادة المرجعية ليست بالعربية: ألصق نص مادة بالعربية.",
    "table": "المادة المرجعية جدول لا نص: ألصق مادة تروي ما حدث.",
    "poor": "لا يكفي هذا النص لاستخلاص موضوع: ألصق مادة بالعربية فيها عدة جمل عن الحدث.",
    "many": "بلغ الموضوع 500 مادة مرجعية، وهي أكثر ما يتعلم منه: احذف إحداها، أو قيّم المواد المحفوظة.",
    "roundup": "تجمع المادة المرجعية أحداثًا عدة: اختر الحدث المقصود.",
}
# How a reference was read (`domain.topics.reference.Read.kind`).
READ: Mapping[str, str] = {
    "cut": "نص المادة المرجعية أطول من المسموح: قُرئ أول 50,000 حرف منه.",
    "story": "تجمع المادة المرجعية أحداثًا عدة: تعلّم الموضوع من الحدث الذي يدل عليه اسمه وحده.",
    "short": "نص المادة المرجعية قصير: النص الكامل يعلّم الموضوع أكثر.",
}
NO_STORY = "لا حدث بهذا الرقم في المادة المرجعية."
ALL_STORIES = "المادة كلها"
BROAD = "يطابق هذا الموضوع أكثر من 2% مما حُفظ: اسم أدق أو مادة مرجعية أخرى تضيّقه."
RESCORING = "تغيّر الموضوع، وتُقدَّر المواد المحفوظة من جديد."
BAD_SITE = "العنوان غير صالح: اكتب اسم الموقع، أو عنوانًا كاملًا يبدأ بـ http أو https."
NO_FEEDS = "لا خلاصات في هذا الموقع: لا في صفحته، ولا في العناوين المألوفة، ولا خريطة أخبار."
UNREAD_NOW = "تعذّرت قراءة هذا العنوان الآن. إن أضفته كما هو أُعيدت المحاولة."
NO_FEED_CHOSEN = "اختر خلاصة واحدة على الأقل."
LONG_OUTLET = "اسم الوسيلة الإعلامية أطول من 100 حرف."
BAD_COUNTRY = "رمز البلد حرفان لاتينيان، مثل LB."
NAME_TAKEN = "يوجد موضوع رصد بهذا الاسم: اختر اسمًا آخر."
OLD_FORM = "انتهت صلاحية هذا النموذج: راجع ما كتبت وأرسله مرة أخرى."
_QUERY: Mapping[str, str] = {  # what is wrong with a query (`domain.errors.BadQuery.fault`)
    "no_word": "لا كلمة في الاستعلام: اكتب كلمة واحدة على الأقل.",
    "long": "الاستعلام أطول من المسموح، وهو 200 كلمة.",
    "excludes": "هذا الجزء يستبعد فقط: أضف إليه كلمة تبحث عنها.",
    "unclosed": "قوس لم يُغلق.",
    "unopened": "قوس يُغلق ولم يُفتح.",
    "quote": "علامة تنصيص بلا قرينة.",
    "operator": "كلمة ناقصة قبل أداة الربط أو بعدها.",
    "deep": "أقواس متداخلة أكثر من المسموح، وهو 20.",
}
BAD_DATE = "التاريخ غير صالح: اكتبه على صورة \u20662026-01-31\u2069."
BAD_FILTER = "في تصفية النتائج قيمة غير معروفة."


def text_status(status: str, basis: str) -> str:
    """Say in words why an article's text is not the full one; empty for a full text."""
    if not status:
        return "" if basis == "full" else BASIS.get(basis, basis)
    return _TEXT.get(status, "تعذّر جلب النص الكامل من صفحة المادة")


def kind(kinds: str) -> str:
    """Give in words what a topic is made of."""
    return " + ".join(KINDS.get(one, one) for one in kinds.split("+"))


def query_fault(fault: str, place: int = 0) -> str:
    """Say in words what is wrong with a query, and at which character."""
    line = _QUERY.get(fault, _QUERY["no_word"])
    return f"{line} (الموضع {place})" if place > 1 else line


def changed(parts: str) -> str:
    """Name what a revision changed."""
    return " و".join(CHANGED[part] for part in parts.split())


def counted(number: int, noun: str) -> str:
    """Give a number with its noun as Arabic counts: none, one, two, 3 to 10, 11 and more (CLDR rules for Arabic).

    `noun` is a key of NOUNS.
    """
    one, two, few, many = NOUNS[noun]
    if number < 3:
        return (f"لا {few}", one, two)[max(number, 0)]
    return f"{number:,} {few if 3 <= number % 100 <= 10 else many}"


ORIGINS = {"credited": "منسوب", "likely": "مرجّح", "unknown": "غير معروف"}
